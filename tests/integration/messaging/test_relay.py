"""One relay of a database is active, and its turn passes on however it ends."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from uuid import uuid4

import pytest
import sqlalchemy as sa

from db.connection import Connection
from db.engine import Database
from shared.messaging import relay_lock
from shared.messaging.bus import BusUnavailable, Delivery
from shared.messaging.relay import BATCH, Relay
from shared.messaging.relay_lock import SqlRelayLock
from shared.messaging.tables import outbox
from shared.messaging.wakeup import wake_relay
from tests.integration.cable import cable_to
from tests.integration.messaging.world import PRODUCER, append, during, envelopes, until, write


class Bus:
    """Takes everything, unless it is broken."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.broken = False
        self.silent = False
        self.most = BATCH

    async def publish(self, _: str, bodies: Sequence[bytes]) -> None:
        if self.silent:
            await asyncio.Event().wait()
        if self.broken or len(bodies) > self.most:
            raise BusUnavailable("broken")
        self.taken += bodies

    async def deliveries(self, *_: object) -> AsyncIterator[Sequence[Delivery]]:
        yield []

    async def acknowledge(self, *_: object) -> None:
        """Nothing is kept."""

    async def close(self) -> None:
        """Nothing is open."""


@asynccontextmanager
async def _through(url: str) -> AsyncIterator[Database]:
    database = Database(url, name="through")
    yield database
    await database.close()


async def test_events_are_published_in_the_order_in_which_they_were_written(
    producer: Database,
) -> None:
    bus, order = Bus(), uuid4()
    await write(producer, order, *map(str, range(BATCH + 5)))
    async with during(Relay(PRODUCER, producer, bus).run):
        await until(lambda: len(bus.taken) == BATCH + 5)
    assert bus.taken == [envelope.encode() for envelope in await envelopes(producer)]


async def test_what_commits_late_is_published_although_its_number_is_lower(
    producer: Database,
) -> None:
    bus = Bus()
    async with during(Relay(PRODUCER, producer, bus).run):
        async with producer.transaction() as late:
            await append(late, uuid4(), "late")
            await write(producer, uuid4(), "later, and committed first")
            await until(lambda: len(bus.taken) == 1)
        await until(lambda: len(bus.taken) == 2)


async def test_a_bus_that_confirms_nothing_is_waited_for(
    producer: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.relay.CONFIRM_SECONDS", 0.05)
    bus = Bus()
    bus.silent = True
    await write(producer, uuid4(), "1")
    relay = Relay(PRODUCER, producer, bus)
    with pytest.raises(BusUnavailable, match="nothing confirmed"):
        await relay.publish_batch()
    assert await _unpublished(producer) == 1
    async with during(relay.run):
        bus.silent = False
        await until(lambda: len(bus.taken) == 1)


async def test_events_wait_while_the_bus_is_broken_and_go_when_it_is_mended(
    producer: Database,
) -> None:
    bus = Bus()
    bus.broken = True
    relay = Relay(PRODUCER, producer, bus)
    await write(producer, uuid4(), "1")
    async with during(relay.run):
        await until(lambda: relay._failures > 1)
        assert await _unpublished(producer) == 1
        bus.broken = False
        await until(lambda: len(bus.taken) == 1)


async def test_a_bus_that_is_too_slow_for_a_whole_batch_gets_smaller_ones(
    producer: Database,
) -> None:
    bus, number = Bus(), 70
    bus.most = 30
    await write(producer, uuid4(), *map(str, range(number)))
    async with during(Relay(PRODUCER, producer, bus).run):
        await until(lambda: len(bus.taken) == number)
    assert bus.taken == [envelope.encode() for envelope in await envelopes(producer)]


async def _unpublished(database: Database) -> int:
    async with database.reading() as session:
        waiting = sa.select(sa.func.count()).where(outbox.c.published_at.is_(None))
        return int(await session.scalar(waiting) or 0)


async def test_the_turn_of_a_relay_that_was_cut_off_goes_to_the_one_that_stands_by(
    producer: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_lock, "SILENCE_SECONDS", 0.6)
    bus = Bus()
    async with AsyncExitStack() as stack:
        cable, url = await stack.enter_async_context(cable_to(producer.url))
        far = await stack.enter_async_context(_through(url))
        stack.push_async_callback(cable.close)
        await stack.enter_async_context(during(Relay(PRODUCER, far, Bus()).run))
        await until(lambda: _has_turn(producer))
        await stack.enter_async_context(during(Relay(PRODUCER, producer, bus).run))
        cable.freeze()
        await write(producer, uuid4(), "1")
        await until(lambda: len(bus.taken) == 1)


async def test_a_relay_that_is_frozen_as_it_begins_to_listen_has_no_turn(
    producer: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen, bus = asyncio.Event(), Bus()
    with monkeypatch.context() as freezing:

        async def freeze(connection: Connection, *_: object) -> None:
            await connection.prepare("select 'the first of two messages'")
            frozen.set()
            await asyncio.Event().wait()

        freezing.setattr("asyncpg.Connection.add_listener", freeze)
        stopped = asyncio.create_task(Relay(PRODUCER, producer, Bus()).run())
        await frozen.wait()
    async with during(Relay(PRODUCER, producer, bus).run):
        await write(producer, uuid4(), "1")
        await until(lambda: len(bus.taken) == 1)
    stopped.cancel()
    await asyncio.wait([stopped])


async def test_a_holder_that_is_stopped_loses_its_turn(
    producer: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_lock, "SILENCE_SECONDS", 0.3)
    bus = Bus()
    has_it_and_says_nothing = SqlRelayLock(PRODUCER, producer).turn(lambda: None)
    async with has_it_and_says_nothing, during(Relay(PRODUCER, producer, bus).run):
        await write(producer, uuid4(), "1")
        await until(lambda: len(bus.taken) == 1)


async def test_a_relay_at_rest_keeps_its_turn(
    producer: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_lock, "SILENCE_SECONDS", 0.6)
    async with during(Relay(PRODUCER, producer, Bus()).run):
        await until(lambda: _has_turn(producer))
        [first] = await _holders(producer)
        await until(partial(_is_older, producer, first, 1.5))
        assert await _holders(producer) == [first]


async def _is_older(database: Database, pid: int, seconds: float) -> bool:
    async with database.reading() as session:
        age = await session.scalar(
            sa.text(
                "select extract(epoch from clock_timestamp() - backend_start) "
                "from pg_stat_activity where pid = :pid"
            ),
            {"pid": pid},
        )
    assert age is not None, "it lost its turn"
    return float(age) > seconds


async def _has_turn(database: Database) -> bool:
    return bool(await _holders(database))


async def _holders(database: Database) -> list[int]:
    async with database.reading() as session:
        found = await session.scalars(
            sa.text(
                "select pid from pg_locks where locktype = 'advisory' and granted and database = "
                "(select oid from pg_database where datname = current_database())"
            )
        )
        return list(found)


async def test_calls_from_a_process_without_the_active_relay_become_one_while_one_is_sent(
    producer: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = 0
    gate = asyncio.Event()

    async def notify(_: Database) -> None:
        nonlocal sent
        sent += 1
        await gate.wait()

    monkeypatch.setattr("shared.messaging.wakeup._notify", notify)
    async with asyncio.timeout(5):  # it never waits for the call itself
        for _ in range(100):
            await wake_relay(producer)
    gate.set()
    await until(lambda: sent == 2)
    await wake_relay(producer)
    await until(lambda: sent == 3)


async def test_a_commit_in_another_process_wakes_the_active_relay(producer: Database) -> None:
    async with _through(producer.url) as other:
        woken = asyncio.Event()
        async with SqlRelayLock(PRODUCER, producer).turn(woken.set):
            await wake_relay(other)
            async with asyncio.timeout(5):
                await woken.wait()


async def test_where_the_active_relay_is_in_the_same_process_nothing_is_sent(
    producer: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Database] = []

    async def notify(database: Database) -> None:
        sent.append(database)

    monkeypatch.setattr("shared.messaging.wakeup._notify", notify)
    woken = asyncio.Event()
    async with SqlRelayLock(PRODUCER, producer).turn(woken.set):
        await wake_relay(producer)
        assert woken.is_set()
        await asyncio.sleep(0)  # a call that was begun would be under way now
        assert sent == []
