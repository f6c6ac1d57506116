"""A database that is away, or holds its reader up, says nothing against an event."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
import pytest_asyncio
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.faults import DatabaseUnavailable
from shared.messaging import Consumer, Envelope, receiver
from shared.messaging.events import OrderExpired
from shared.messaging.inbox_sql_rows import SqlInboxRows
from shared.messaging.receiver import Receiver
from shared.messaging.tables import retry
from tests.integration.messaging.by_hand import HandBus, Journal, event, history, places
from tests.integration.messaging.failing import (
    attempts_of_waiting,
    receiver_of,
)
from tests.integration.messaging.world import PRODUCER, count, during, until


@pytest_asyncio.fixture
async def journal(consumer: Database) -> Journal:
    return await Journal.on(consumer)


@pytest.fixture
def bus() -> HandBus:
    return HandBus()


class Flickering:
    """A database that is away as often as is said, before or after it was asked for anything."""

    def __init__(self, database: Database, *, away: int) -> None:
        self._database = database
        self.away = away

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        self.away -= 1
        if self.away >= 0:
            raise DatabaseUnavailable("gone")
        async with self._database.transaction() as session:
            yield session

    reading = transaction


async def test_nothing_is_counted_while_the_database_is_away(
    journal: Journal, bus: HandBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "_PAUSE_SECONDS", 0.01)
    flickering = Flickering(journal.database, away=25)
    bodies = [e.encode() for e in history(uuid4(), "1", "2")]
    bus.hand(*bodies)
    async with during(Receiver(flickering, bus, journal.consumer()).run):
        await until(lambda: len(bus.acknowledged) == 2)
    assert await journal.effects() == journal.begun == ["1", "2"]
    assert await count(journal.database, retry) == 0


async def test_a_handler_that_loses_the_database_now_and_then_is_not_counted(
    journal: Journal, bus: HandBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "_PAUSE_SECONDS", 0.01)
    away = [DatabaseUnavailable("gone")] * 5

    async def handle(session: AsyncSession, event: OrderExpired, envelope: Envelope) -> None:
        await journal.handle(session, event, envelope)
        if away:
            raise away.pop()

    consumer = Consumer("crm", (PRODUCER,), {OrderExpired: handle})
    await Receiver(journal.database, bus, consumer).deliver(event(uuid4(), 1, "1"))
    assert await journal.effects() == ["1"]


async def test_a_handler_whose_every_run_costs_it_the_database_does_not_stop_its_consumer(
    journal: Journal, bus: HandBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "_PAUSE_SECONDS", 0.01)
    journal.faults["1"] = DatabaseUnavailable("ended for being idle in a transaction")
    failing, good = event(uuid4(), 1, "1"), event(uuid4(), 1, "good")
    await receiver_of(journal, bus).deliver_all([failing, good])
    assert await attempts_of_waiting(journal.database) == {failing.id: 1}
    assert await journal.effects() == ["good"]


async def test_who_has_to_wait_for_a_stopped_reader_waits_and_counts_nothing(
    journal: Journal, bus: HandBus
) -> None:
    contended = event(uuid4(), 1, "1")
    hurried = Database(journal.database.url, name="hurried", statement_seconds=0.1)
    runner = Receiver(hurried, bus, journal.consumer())
    waits = sa.text("select count(*) from pg_locks where not granted")
    async with journal.database.transaction() as stopped:
        await SqlInboxRows(stopped, "crm").lock([contended])
        delivering = asyncio.create_task(runner.deliver(contended))
        for _ in range(3):

            async def waiting() -> bool:
                return bool(await stopped.scalar(waits))

            async def ended() -> bool:
                return not await stopped.scalar(waits)

            await until(waiting)
            await until(ended)
        assert not delivering.done()
    await delivering
    await hurried.close()
    assert await places(journal.database) == {contended.id: ["inbox"]}
