"""What the inbox alone costs: events a second and CPU for each, by the size of the batches.

    python -m tests.benchmarks.messaging.inbox [--events 4000]

Once with a handler that counts in a row of its own, once with none: most events of most consumers
have none. The CPU is the consumer's own, without PostgreSQL's.
"""

import argparse
import asyncio
import time
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from shared.ids import new_id
from shared.messaging import Consumer, Envelope
from shared.messaging.events import FileExpired
from shared.messaging.inbox import Inbox
from shared.messaging.tables import metadata
from tests.benchmarks.messaging.servers import servers
from tests.envelopes import sent

HEAD = f"{'handler':<10}{'batch':>8}{'events/s':>11}{'µs CPU each':>14}"
_OF_EACH, _AT_ONCE = 10, 20
_COUNT = sa.text(
    "insert into effect values (:id, 1) on conflict (id) do update set n = effect.n + 1"
)


async def _count(session: AsyncSession, event: FileExpired, _: Envelope) -> None:
    await session.execute(_COUNT, {"id": event.model_id})


CONSUMERS = {
    "none": Consumer("mes", ("editor",)),
    "counts": Consumer("crm", ("editor",), {FileExpired: _count}),
}


def _event(model: UUID, version: int) -> Envelope:
    happened = FileExpired(model_id=model, reason="measured")
    return sent("editor", happened, model, version)


def stream(events: int) -> Sequence[Envelope]:
    """The events of `events` / 10 models, of twenty at a time by turns."""
    result: list[Envelope] = []
    for _ in range(0, events, _OF_EACH * _AT_ONCE):
        models = [new_id() for _ in range(_AT_ONCE)]
        result.extend(_event(m, v) for v in range(1, _OF_EACH + 1) for m in models)
    return result


async def measure(database: Database, consumer: Consumer, batch: int, events: int) -> str:
    inbox, everything = Inbox(database, consumer), stream(events)
    began, cpu = time.perf_counter(), time.process_time()
    for start in range(0, len(everything), batch):
        await inbox.receive_all(everything[start : start + batch])
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    each = 1e6 * cpu / len(everything)
    return f"{batch:>8}{len(everything) / seconds:>11.0f}{each:>14.0f}"


async def _run(url: str, events: int) -> None:
    database = Database(url, name="measured")
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        await connection.execute(sa.text("create table effect (id uuid primary key, n int)"))
    for name, consumer in CONSUMERS.items():
        for batch in (1, 10, 100):
            line = await measure(database, consumer, batch, events)
            print(f"{name:<10}{line}", flush=True)
    await database.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=4_000)
    events = parser.parse_args().events
    print(HEAD)
    with servers("redis") as world:
        url = world.postgres.create_database("inbox_measured", "bench_inbox")
        asyncio.run(_run(url, events))


if __name__ == "__main__":
    main()
