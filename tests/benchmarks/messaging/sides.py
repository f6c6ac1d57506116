"""The two ends as processes of their own: a service that writes, and one that listens.

Each is told what to do as JSON in its only argument, and prints what it saw as JSON lines.
"""

import asyncio
import json
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database, after_commit
from partline.wiring.resources import bus_of
from shared.ids import new_id
from shared.messaging import Consumer, Envelope, publish
from shared.messaging.events import FileExpired
from shared.messaging.receiver import Receiver
from shared.messaging.relay import Relay
from shared.messaging.tables import metadata, outbox
from shared.settings import Settings

PRODUCER, CONSUMER = "editor", "mes"
_BATCH = 500

_effects = sa.Table(
    "effect", sa.MetaData(), sa.Column("id", sa.Uuid, primary_key=True), sa.Column("n", sa.Integer)
)


def _say(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


async def _database(url: str, name: str) -> Database:
    database = Database(url, name=name)
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        await connection.run_sync(_effects.metadata.create_all)
    return database


async def _write(session: AsyncSession, model_id: UUID) -> UUID:
    return await publish(
        session,
        FileExpired(model_id=model_id, reason="measured"),
        aggregate_type="model",
        aggregate_id=model_id,
        correlation_id=model_id,
    )


async def write(database_url: str, bus_url: str, rate: float, seconds: float) -> None:
    """Commit `rate` events a second, whatever the answer takes, beside the relay; says when each
    was committed."""
    database = await _database(database_url, PRODUCER)
    bus = bus_of(Settings(bus_url=SecretStr(bus_url)))
    relay = asyncio.create_task(Relay(PRODUCER, database, bus).run())
    committed: dict[str, float] = {}

    async def command() -> None:
        async with database.transaction() as session:
            event_id = await _write(session, new_id())
        committed[str(event_id)] = time.time()

    await command()  # connections and statements are there before anything counts
    await asyncio.sleep(1)
    committed.clear()
    begun, commands = time.perf_counter(), []
    for number in range(int(rate * seconds)):
        late = begun + number / rate - time.perf_counter()
        if late > 0:
            await asyncio.sleep(late)
        commands.append(asyncio.create_task(command()))
    await asyncio.gather(*commands)
    _say(committed=committed)
    await asyncio.to_thread(sys.stdin.read)
    relay.cancel()
    with suppress(asyncio.CancelledError):
        await relay
    await bus.close()
    await database.close()


async def relay(database_url: str, bus_url: str, events: int) -> None:
    """Fill the outbox, say so, then relay it when told; says how long that took."""
    database = await _database(database_url, PRODUCER)
    bus = bus_of(Settings(bus_url=SecretStr(bus_url)))
    for _ in range(0, events, _BATCH):
        async with database.transaction() as session:
            for _ in range(_BATCH):
                await _write(session, new_id())
    _say(filled=events)
    await asyncio.to_thread(sys.stdin.readline)
    begun, spent = time.time(), time.process_time()
    running = asyncio.create_task(Relay(PRODUCER, database, bus).run())
    waiting = sa.select(sa.func.count()).where(outbox.c.published_at.is_(None))
    while True:
        async with database.reading() as session:
            if not await session.scalar(waiting):
                break
        await asyncio.sleep(0.1)
    _say(begun=begun, ended=time.time(), cpu=time.process_time() - spent)
    await asyncio.to_thread(sys.stdin.read)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await bus.close()
    await database.close()


async def listen(database_url: str, bus_url: str) -> None:
    """Apply what comes, each with a row of its own; says when each was committed, at the end."""
    database = await _database(database_url, CONSUMER)
    bus = bus_of(Settings(bus_url=SecretStr(bus_url)))
    applied: dict[str, float] = {}

    async def handle(session: AsyncSession, _: FileExpired, envelope: Envelope) -> None:
        await session.execute(sa.insert(_effects).values(id=envelope.id, n=1))

        async def note() -> None:
            applied[str(envelope.id)] = time.time()

        after_commit(session, str(envelope.id), note)

    consumer = Consumer(CONSUMER, (PRODUCER,), {FileExpired: handle})
    receiving = asyncio.create_task(Receiver(database, bus, consumer).run())
    _say(listening=True)
    spent = time.process_time()
    wanted = int(await asyncio.to_thread(sys.stdin.readline))
    while not await _come(applied, wanted):
        continue
    _say(applied=applied, cpu=time.process_time() - spent)
    receiving.cancel()
    with suppress(asyncio.CancelledError):
        await receiving
    await bus.close()
    await database.close()


async def _come(applied: Mapping[str, float], wanted: int) -> bool:
    await asyncio.sleep(0.05)
    return len(applied) >= wanted


_SIDES = {"write": write, "relay": relay, "listen": listen}


def main(arguments: Mapping[str, Any]) -> None:
    """Run the side that `arguments` name."""
    asyncio.run(_SIDES[arguments["side"]](**arguments["with"]))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
