"""Two events of one version: the second one is wrong, and a person hears of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest_asyncio
import sqlalchemy as sa

from db.engine import Database
from shared.ids import new_id
from shared.messaging import Envelope
from shared.messaging.dead_letters import DeadLetters
from shared.messaging.failures import Failures
from shared.messaging.inbox import Inbox, Outcome
from shared.messaging.inbox_rows import STRANGE, Failure
from shared.messaging.tables import dead_letter
from tests.integration.messaging.by_hand import Journal, event, history, places
from tests.integration.messaging.world import count


@pytest_asyncio.fixture
async def journal(consumer: Database) -> Journal:
    return await Journal.on(consumer)


def _inbox(journal: Journal) -> Inbox:
    return Inbox(journal.database, journal.consumer())


def impostor(of: Envelope) -> Envelope:
    """As a producer sends it that was set back and gives the version out again."""
    return replace(of, id=new_id())


async def test_another_event_of_a_version_that_was_applied_is_a_dead_letter(
    journal: Journal,
) -> None:
    one, two = history(uuid4(), "1", "2")
    await _inbox(journal).receive_all([one, two])
    strange = impostor(one)
    assert await _inbox(journal).receive(strange) is Outcome.STRANGE
    assert await journal.effects() == ["1", "2"]
    assert (await places(journal.database))[strange.id] == ["dead_letter"]
    async with journal.database.reading() as session:
        assert await session.scalar(sa.select(dead_letter.c.error)) == STRANGE


async def test_a_stranger_that_comes_again_is_the_same_letter(journal: Journal) -> None:
    one = event(uuid4(), 1, "1")
    strange = impostor(one)
    outcomes = await _inbox(journal).receive_all([one, strange, strange])
    assert outcomes == [Outcome.APPLIED, Outcome.STRANGE, Outcome.STRANGE]
    assert await _inbox(journal).receive_all([one, strange]) == [Outcome.DUPLICATE] * 2
    assert await count(journal.database, dead_letter) == 1


async def test_two_that_are_parked_as_one_version_are_not_both_kept_in_silence(
    journal: Journal,
) -> None:
    one, two, three = history(uuid4(), "1", "2", "3")
    strange = impostor(three)
    assert await _inbox(journal).receive(three) is Outcome.PARKED
    assert await _inbox(journal).receive(strange) is Outcome.STRANGE
    assert await _inbox(journal).receive_all([one, two, three]) == [Outcome.APPLIED] * 3
    assert (await places(journal.database))[strange.id] == ["dead_letter"]


async def test_what_was_parked_and_was_overtaken_by_another_of_its_version_is_a_dead_letter(
    journal: Journal,
) -> None:
    one, two = history(uuid4(), "1", "2")
    strange = impostor(two)
    await _inbox(journal).receive(strange)
    assert await _inbox(journal).receive_all([one, two]) == [Outcome.APPLIED] * 2
    assert await journal.effects() == ["1", "2"]
    assert (await places(journal.database))[strange.id] == ["dead_letter"]


async def test_what_waited_and_was_overtaken_by_another_of_its_version_is_a_dead_letter(
    journal: Journal,
) -> None:
    one = event(uuid4(), 1, "1")
    strange = impostor(one)
    failures = Failures(journal.database, "crm")
    await failures.record(strange, RuntimeError("at first"))
    await _inbox(journal).receive(one)
    async with journal.database.transaction() as session:
        await session.execute(sa.text("update inbox_retry set due_at = now()"))
    attempt = await failures.claim()
    assert attempt is not None
    assert await _inbox(journal).attempt(strange, attempt.number) is Outcome.STRANGE
    assert (await places(journal.database))[strange.id] == ["dead_letter"]


async def test_strangers_among_what_is_set_aside_are_dead_letters(journal: Journal) -> None:
    one, two = history(uuid4(), "1", "2")
    strange = impostor(one)
    await _inbox(journal).receive(one)
    await _inbox(journal).set_aside([strange, two], Failure("ReaderDied: often"))
    found = await places(journal.database)
    assert found[strange.id] == ["dead_letter"]
    assert found[two.id] == ["inbox_retry"]


async def test_what_is_older_than_the_inbox_is_taken_for_a_duplicate(journal: Journal) -> None:
    """Its row may have been deleted, and nobody can tell any more."""
    long_ago = datetime.now(UTC) - timedelta(days=30)
    one = replace(event(uuid4(), 1, "1"), occurred_at=long_ago)
    await _inbox(journal).receive(one)
    async with journal.database.transaction() as session:
        await session.execute(sa.text("delete from inbox"))
    assert await _inbox(journal).receive(one) is Outcome.DUPLICATE


async def test_discarding_a_stranger_moves_nothing(journal: Journal) -> None:
    one, two = history(uuid4(), "1", "2")
    strange = impostor(one)
    await _inbox(journal).receive_all([one, strange])
    async with journal.database.transaction() as session:
        letters = DeadLetters(session)
        assert await letters.discard([("crm", strange.id)], "me", "settled by hand")
    assert await _inbox(journal).receive_all([two, strange]) == [
        Outcome.APPLIED,
        Outcome.DUPLICATE,
    ]
    assert await journal.effects() == ["1", "2"]


async def test_a_redriven_stranger_is_a_dead_letter_again(journal: Journal) -> None:
    one = event(uuid4(), 1, "1")
    strange = impostor(one)
    await _inbox(journal).receive_all([one, strange])
    async with journal.database.transaction() as session:
        await DeadLetters(session).redrive([("crm", strange.id)], "me")
    attempt = await Failures(journal.database, "crm").claim()
    assert attempt is not None
    assert await _inbox(journal).attempt(strange, attempt.number) is Outcome.STRANGE
    assert (await places(journal.database))[strange.id] == ["dead_letter"]


async def test_only_what_was_seen_costs_a_further_statement(journal: Journal) -> None:
    events = history(uuid4(), *"12345")
    engine = journal.database.engine.sync_engine
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    await Inbox(journal.database, journal.deaf()).receive_all(events[:4])
    assert not any("i.event_id = e.id" in statement for statement in statements)
    statements.clear()
    await Inbox(journal.database, journal.deaf()).receive_all(events)
    sa.event.remove(engine, "before_cursor_execute", note)
    assert sum("i.event_id = e.id" in statement for statement in statements) == 1
