"""An event that needs another service's word first waits for it, however long that takes."""

from uuid import uuid4

import pytest_asyncio
import sqlalchemy as sa

from db.engine import Database
from shared.messaging.failures import Failures
from shared.messaging.faults import MAX_ATTEMPTS, Awaited
from shared.messaging.inbox_rows import Attempt
from shared.messaging.receiver import Receiver
from tests.integration.messaging.by_hand import HandBus, Journal, event, places
from tests.integration.messaging.world import during, until

MANY = 3 * MAX_ATTEMPTS


@pytest_asyncio.fixture
async def journal(consumer: Database) -> Journal:
    return await Journal.on(consumer)


async def _next(journal: Journal) -> Attempt:
    async with journal.database.transaction() as session:
        await session.execute(sa.text("update inbox_retry set due_at = now()"))
    attempt = await Failures(journal.database, "crm").claim()
    assert attempt is not None
    return attempt


async def _waited_long(journal: Journal) -> Failures:
    failures = Failures(journal.database, "crm")
    await failures.record(event(uuid4(), 1, "1"), Awaited("the shop has not told of it"))
    for _ in range(MANY):
        assert not await failures.record_again(await _next(journal), Awaited("nor has it now"))
    return failures


async def test_it_is_applied_when_the_word_has_come_after_any_number_of_attempts(
    journal: Journal,
) -> None:
    await _waited_long(journal)
    async with journal.database.transaction() as session:
        await session.execute(sa.text("update inbox_retry set due_at = now()"))

    async def is_applied() -> bool:
        return list((await places(journal.database)).values()) == [["inbox"]]

    async with during(Receiver(journal.database, HandBus(), journal.consumer()).run):
        await until(is_applied)
    assert await journal.effects() == ["1"]


async def test_it_is_tried_ever_less_often_and_at_least_each_five_minutes(
    journal: Journal,
) -> None:
    await _waited_long(journal)
    async with journal.database.reading() as session:
        wait = "select extract(epoch from due_at - now()) from inbox_retry"
        assert 0 <= float(await session.scalar(sa.text(wait)) or 0) <= 300


async def test_what_fails_otherwise_after_that_is_a_dead_letter(journal: Journal) -> None:
    failures = await _waited_long(journal)
    assert await failures.record_again(await _next(journal), RuntimeError("of the code"))
    assert list((await places(journal.database)).values()) == [["dead_letter"]]


async def test_what_kills_its_reader_after_that_is_a_dead_letter(journal: Journal) -> None:
    await _waited_long(journal)
    await _next(journal)  # and its process dies
    async with journal.database.transaction() as session:
        await session.execute(sa.text("update inbox_retry set due_at = now()"))

    async def is_dead() -> bool:
        return list((await places(journal.database)).values()) == [["dead_letter"]]

    async with during(Receiver(journal.database, HandBus(), journal.consumer()).run):
        await until(is_dead)
    assert journal.begun == []
