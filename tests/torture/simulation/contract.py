"""What the rows of the inbox and the outbox promise, wherever they are kept.

Each case is run on the simulated store and on PostgreSQL, so that what the simulation shows is true
of the real thing.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest

from shared.messaging.cursor import Cursor
from shared.messaging.envelope import Aggregate, Envelope
from shared.messaging.inbox_rows import Entry, Failure, InboxRows
from shared.messaging.inbox_rows import Rows as InboxFactory
from shared.messaging.journal import CursorFromNowhere, Journal
from shared.messaging.outbox_rows import OutboxRows, Written
from shared.messaging.outbox_rows import Rows as OutboxFactory
from shared.messaging.transactions import Transactions
from tests.torture.simulation.traffic import SimulatedNoise

_SPACE = UUID("2c2d6b0e-9a3f-4c53-8d0c-6f4a6f7f6a11")
_FAILURE = Failure("Broken: it did not work", "a trace")
ATTEMPTS = 3
FIRST, SECOND = (uuid5(_SPACE, name) for name in ("first", "second"))


@dataclass(frozen=True)
class Stage:
    """A database with nothing in it, and its rows."""

    database: Transactions
    inbox: InboxFactory
    outbox: OutboxFactory
    journal: Journal

    async def do(self, work: Callable[[InboxRows], Awaitable[Any]]) -> Any:
        """In a transaction of its own."""
        async with self.database.transaction() as session:
            return await work(self.inbox(session, "crm"))

    async def apply(self, *envelopes: Envelope) -> None:
        """As the inbox does, without a gate."""
        async with self.database.transaction() as session:
            rows = self.inbox(session, "crm")
            known = await rows.lock(envelopes)
            await rows.insert_inbox([e.id for e in envelopes])
            await rows.advance({e.aggregate: e.aggregate_version for e in envelopes})
            await rows.release(known.followed)

    async def version(self, envelope: Envelope) -> int:
        known = await self.do(lambda rows: rows.lock([envelope]))
        return int(known.versions[envelope.aggregate])

    async def waits(self, envelope: Envelope) -> bool:
        """For a retry or for a person."""
        known = await self.do(lambda rows: rows.lock([envelope]))
        return envelope.id in known.waiting

    async def claim(self, lease: float = 100) -> Any:
        return await self.do(lambda rows: rows.claim(lease, _FAILURE))

    async def is_unknown(self, *envelopes: Envelope) -> list[UUID]:
        entries = [Entry(e.id, e.aggregate_id, e.aggregate_version) for e in envelopes]
        return list(await self.do(lambda rows: rows.unknown("shop", entries)))


Case = Callable[[Stage], Awaitable[None]]
CASES: list[Case] = []


def case(function: Case) -> Case:
    CASES.append(function)
    return function


def event(aggregate: UUID, version: int) -> Envelope:
    return Envelope(
        id=uuid5(aggregate, str(version)),
        producer="shop",
        type="SimulatedNoise",
        schema_version=1,
        aggregate_type="order",
        aggregate_id=aggregate,
        aggregate_version=version,
        correlation_id=aggregate,
        occurred_at=datetime(2030, 1, 1, tzinfo=UTC),
        payload={"number": version},
        headers={},
    )


def written(aggregate: UUID, version: int) -> Written:
    return Written(
        id=uuid5(aggregate, f"written {version}"),
        event=SimulatedNoise(number=version),
        aggregate_type="order",
        aggregate_id=aggregate,
        aggregate_version=version,
        correlation_id=aggregate,
        actor=None,
    )


async def both(*works: Awaitable[Any]) -> Sequence[Any]:
    return await asyncio.gather(*works, return_exceptions=True)


@case
async def positions_begin_at_zero_and_advance(stage: Stage) -> None:
    assert await stage.version(event(FIRST, 1)) == 0
    await stage.apply(event(FIRST, 1))
    assert await stage.version(event(FIRST, 2)) == 1
    assert await stage.version(event(SECOND, 1)) == 0


@case
async def two_consumers_do_not_see_each_other(stage: Stage) -> None:
    await stage.apply(event(FIRST, 1))
    async with stage.database.transaction() as session:
        known = await stage.inbox(session, "shop").lock([event(FIRST, 1)])
    assert known.versions == {Aggregate("shop", FIRST): 0}


@case
async def an_event_is_applied_once(stage: Stage) -> None:
    await stage.apply(event(FIRST, 1))
    with pytest.raises(Exception, match="duplicate key"):
        await stage.do(lambda rows: rows.insert_inbox([event(FIRST, 1).id]))


@case
async def of_two_that_insert_at_once_one_is_refused(stage: Stage) -> None:
    async def insert() -> None:
        await stage.do(lambda rows: rows.insert_inbox([event(FIRST, 1).id]))

    answers = await both(insert(), insert())
    assert [answer is None for answer in answers].count(True) == 1


@case
async def what_is_rolled_back_never_was(stage: Stage) -> None:
    async def fail_in_the_end(rows: InboxRows) -> None:
        await rows.lock([event(FIRST, 1)])
        await rows.insert_inbox([event(FIRST, 1).id])
        await rows.advance({event(FIRST, 1).aggregate: 1})
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await stage.do(fail_in_the_end)
    assert await stage.version(event(FIRST, 1)) == 0
    await stage.apply(event(FIRST, 1))


@case
async def who_locks_second_sees_what_the_first_did(stage: Stage) -> None:
    locked = asyncio.Event()

    async def first() -> None:
        async with stage.database.transaction() as session:
            rows = stage.inbox(session, "crm")
            await rows.lock([event(FIRST, 1)])
            locked.set()
            await asyncio.sleep(0.05)
            await rows.advance({event(FIRST, 1).aggregate: 1})

    async def second() -> int:
        await locked.wait()
        return await stage.version(event(FIRST, 2))

    assert await both(first(), second()) == [None, 1]


@case
async def parked_events_follow_one_by_one(stage: Stage) -> None:
    await stage.do(lambda rows: rows.lock([event(FIRST, 1)]))
    await stage.do(lambda rows: rows.park([event(FIRST, 3), event(FIRST, 2)]))
    await stage.do(lambda rows: rows.park([event(FIRST, 3)]))
    known = await stage.do(lambda rows: rows.lock([event(FIRST, 1)]))
    assert known.followed == {Aggregate("shop", FIRST)}
    await stage.apply(event(FIRST, 1))
    assert await stage.waits(event(FIRST, 2))
    assert not await stage.waits(event(FIRST, 3))
    attempt = await stage.claim()
    assert (attempt.event_id, attempt.number) == (event(FIRST, 2).id, 1)
    assert attempt.body == event(FIRST, 2).encode()


@case
async def what_was_parked_and_took_effect_is_forgotten(stage: Stage) -> None:
    await stage.do(lambda rows: rows.lock([event(FIRST, 1)]))
    await stage.do(lambda rows: rows.park([event(FIRST, 2)]))
    await stage.apply(event(FIRST, 1), event(FIRST, 2))
    known = await stage.do(lambda rows: rows.lock([event(FIRST, 3)]))
    assert not known.followed
    assert await stage.claim() is None


@case
async def one_that_waits_already_stays_as_it_is(stage: Stage) -> None:
    await stage.do(lambda rows: rows.keep(event(FIRST, 1), _FAILURE, attempts=4, delay=0))
    await stage.do(lambda rows: rows.keep(event(FIRST, 1), _FAILURE, attempts=0, delay=100))
    attempt = await stage.claim()
    assert attempt.number == 5


@case
async def a_claim_counts_and_is_nobody_elses(stage: Stage) -> None:
    first = event(FIRST, 1)
    await stage.do(lambda rows: rows.keep(first, _FAILURE, attempts=1, delay=0))
    await stage.do(lambda rows: rows.keep(event(SECOND, 1), _FAILURE, attempts=1, delay=100))
    attempt = await stage.claim()
    assert (attempt.event_id, attempt.number) == (first.id, 2)
    assert await stage.claim() is None
    await stage.do(lambda rows: rows.postpone(first.id, 2, _FAILURE, 0))
    assert (await stage.claim()).number == 3
    assert await stage.do(lambda rows: rows.finish(first.id, 3))
    assert not await stage.do(lambda rows: rows.finish(first.id, 3))
    assert await stage.claim() is None


@case
async def an_attempt_that_is_over_decides_nothing(stage: Stage) -> None:
    first = event(FIRST, 1)
    await stage.do(lambda rows: rows.keep(first, _FAILURE, attempts=1, delay=0))
    await stage.claim(lease=0)
    assert (await stage.claim()).number == 3
    assert not await stage.do(lambda rows: rows.finish(first.id, 2))
    await stage.do(lambda rows: rows.bury(first.id, 2, _FAILURE))
    await stage.do(lambda rows: rows.postpone(first.id, 2, _FAILURE, 0))
    assert await stage.claim() is None
    assert await stage.do(lambda rows: rows.finish(first.id, 3))


@case
async def a_claim_passes_over_what_is_locked(stage: Stage) -> None:
    for aggregate in (FIRST, SECOND):
        e = event(aggregate, 1)
        await stage.do(lambda rows, e=e: rows.keep(e, _FAILURE, attempts=0, delay=0))  # type: ignore[misc]
    async with stage.database.transaction() as session:
        mine = await stage.inbox(session, "crm").claim(100, _FAILURE)
        another = await stage.claim()
        nobodys = await stage.claim()
    assert mine is not None
    assert {mine.event_id, another.event_id} == {event(FIRST, 1).id, event(SECOND, 1).id}
    assert nobodys is None


@case
async def a_dead_letter_is_no_retry_any_more_and_can_be_redriven_once(stage: Stage) -> None:
    letter = event(FIRST, 1)
    await stage.do(lambda rows: rows.keep(letter, _FAILURE, attempts=ATTEMPTS, delay=0))
    await stage.do(lambda rows: rows.bury(letter.id, ATTEMPTS, _FAILURE))
    assert await stage.claim() is None
    assert await stage.waits(letter)
    assert await stage.do(lambda rows: rows.redrive([letter.id], "me")) == [letter.id]
    assert await stage.do(lambda rows: rows.redrive([letter.id], "me")) == []
    attempt = await stage.claim()
    assert (attempt.event_id, attempt.number) == (letter.id, 1)


@case
async def what_does_not_wait_cannot_be_buried(stage: Stage) -> None:
    await stage.do(lambda rows: rows.bury(event(FIRST, 1).id, ATTEMPTS, _FAILURE))
    assert not await stage.waits(event(FIRST, 1))


@case
async def a_body_is_kept_once_and_never_redriven(stage: Stage) -> None:
    letter = uuid5(_SPACE, "rubbish")
    for _ in range(2):
        await stage.do(lambda rows: rows.bury_body(letter, "shop", b"\x00{", _FAILURE))
    assert await stage.do(lambda rows: rows.redrive([letter], "me")) == []
    assert await stage.do(lambda rows: rows.discard([letter], "me", "rubbish")) == [letter]
    assert await stage.do(lambda rows: rows.discard([letter], "me", "rubbish")) == []


def impostor(of: Envelope) -> Envelope:
    """Another event of the same version."""
    return replace(of, id=uuid5(of.id, "impostor"))


@case
async def who_is_nowhere_is_a_stranger(stage: Stage) -> None:
    applied, failed, waiting, parked = (event(FIRST, version) for version in (1, 2, 3, 5))
    dead, nowhere = event(SECOND, 1), impostor(event(FIRST, 1))
    await stage.apply(applied)
    await stage.do(lambda rows: rows.keep(failed, _FAILURE, attempts=1, delay=0))
    await stage.do(lambda rows: rows.keep(waiting, _FAILURE, attempts=1, delay=0))
    await stage.do(lambda rows: rows.park([parked, impostor(parked)]))
    await stage.do(lambda rows: rows.keep(dead, _FAILURE, attempts=ATTEMPTS, delay=0))
    await stage.do(lambda rows: rows.bury(dead.id, ATTEMPTS, _FAILURE))
    asked = [applied, nowhere, failed, waiting, parked, impostor(parked), dead]
    strangers = {nowhere.id, impostor(parked).id}
    assert await stage.do(lambda rows: rows.strangers(asked)) == strangers
    await stage.do(lambda rows: rows.bury_strangers([nowhere, impostor(parked)]))
    assert await stage.waits(nowhere)
    assert await stage.do(lambda rows: rows.strangers(asked)) == set()


@case
async def of_what_is_older_than_the_inbox_nobody_is_a_stranger(stage: Stage) -> None:
    old = replace(event(FIRST, 1), occurred_at=datetime.now(UTC) - timedelta(days=30))
    assert await stage.do(lambda rows: rows.strangers([old])) == set()


@case
async def what_was_parked_and_lost_its_version_to_another_is_dead(stage: Stage) -> None:
    await stage.do(lambda rows: rows.lock([event(FIRST, 1)]))
    await stage.do(lambda rows: rows.park([event(FIRST, 2), impostor(event(FIRST, 3))]))
    await stage.apply(event(FIRST, 1), event(FIRST, 2), event(FIRST, 3))
    assert not await stage.waits(event(FIRST, 2))
    assert await stage.waits(impostor(event(FIRST, 3)))
    assert await stage.claim() is None


@case
async def a_discarded_event_is_passed_and_the_next_goes_on(stage: Stage) -> None:
    letter = event(FIRST, 1)
    await stage.do(lambda rows: rows.lock([letter]))
    await stage.do(lambda rows: rows.keep(letter, _FAILURE, attempts=ATTEMPTS, delay=0))
    await stage.do(lambda rows: rows.bury(letter.id, ATTEMPTS, _FAILURE))
    await stage.do(lambda rows: rows.park([event(FIRST, 2), event(FIRST, 3)]))
    assert await stage.do(lambda rows: rows.discard([letter.id], "me", "why")) == [letter.id]
    assert await stage.version(letter) == 1
    assert await stage.waits(letter)
    assert await stage.do(lambda rows: rows.redrive([letter.id], "me")) == []
    attempt = await stage.claim()
    assert attempt.event_id == event(FIRST, 2).id


@case
async def unknown_is_what_has_no_place(stage: Stage) -> None:
    one, two, three, four, five = (event(FIRST, version) for version in range(1, 6))
    other, gone = event(SECOND, 1), event(SECOND, 2)
    await stage.apply(one)
    await stage.do(lambda rows: rows.keep(two, _FAILURE, attempts=1, delay=0))
    await stage.do(lambda rows: rows.park([three]))
    await stage.do(lambda rows: rows.keep(other, _FAILURE, attempts=ATTEMPTS, delay=0))
    await stage.do(lambda rows: rows.bury(other.id, ATTEMPTS, _FAILURE))
    asked = (gone, five, one, two, three, four, other)
    assert await stage.is_unknown(*asked) == [gone.id, five.id, four.id]


@case
async def the_watermark_moves_and_counts_what_was_begun(stage: Stage) -> None:
    assert await stage.do(lambda rows: rows.watermark("shop")) is None
    assert await stage.do(lambda rows: rows.begin_resending("shop")) == 0
    assert await stage.do(lambda rows: rows.watermark("shop")) is None
    assert await stage.do(lambda rows: rows.begin_resending("shop")) == 1
    for cursor in (Cursor("a", 7, 3), Cursor("b", 2, 1)):
        await stage.do(lambda rows, c=cursor: rows.move_watermark("shop", c))  # type: ignore[misc]
        assert await stage.do(lambda rows: rows.watermark("shop")) == cursor
    assert await stage.do(lambda rows: rows.watermark("mes")) is None
    assert await stage.do(lambda rows: rows.begin_resending("shop")) == 0


def _outbox(stage: Stage, session: Any) -> OutboxRows:
    return stage.outbox(session)


async def _publish(stage: Stage, aggregate: UUID, *, refuse: bool = False) -> int:
    async with stage.database.transaction() as session:
        rows = _outbox(stage, session)
        version = await rows.next_version(aggregate)
        await rows.append(written(aggregate, version))
        if refuse:
            raise RuntimeError("the command is refused")
        return version


async def _waiting(stage: Stage, limit: int = 100) -> list[tuple[UUID, int]]:
    async with stage.database.reading() as session:
        found = await _outbox(stage, session).unpublished("shop", limit)
    return [(row.envelope.aggregate_id, row.envelope.aggregate_version) for row in found]


@case
async def versions_count_from_one_and_are_given_again_after_a_rollback(stage: Stage) -> None:
    assert await _publish(stage, FIRST) == 1
    with pytest.raises(RuntimeError):
        await _publish(stage, FIRST, refuse=True)
    assert await _publish(stage, FIRST) == 2
    assert await _publish(stage, SECOND) == 1
    assert await _waiting(stage) == [(FIRST, 1), (FIRST, 2), (SECOND, 1)]
    assert await _waiting(stage, 2) == [(FIRST, 1), (FIRST, 2)]


@case
async def two_that_publish_at_once_get_two_versions(stage: Stage) -> None:
    versions = await both(*(_publish(stage, FIRST) for _ in range(4)))
    assert sorted(versions) == [1, 2, 3, 4]
    assert await _waiting(stage) == [(FIRST, version) for version in (1, 2, 3, 4)]


@case
async def what_is_marked_is_not_published_again(stage: Stage) -> None:
    for _ in range(3):
        await _publish(stage, FIRST)
    async with stage.database.reading() as session:
        rows = await _outbox(stage, session).unpublished("shop", 100)
    async with stage.database.transaction() as session:
        await _outbox(stage, session).mark([rows[0].seq, rows[2].seq])
    assert await _waiting(stage) == [(FIRST, 2)]


@case
async def one_that_commits_late_is_published_although_its_number_is_lower(stage: Stage) -> None:
    async with stage.database.transaction() as session:
        rows = _outbox(stage, session)
        await rows.append(written(FIRST, await rows.next_version(FIRST)))
        await _publish(stage, SECOND)
        assert await _waiting(stage) == [(SECOND, 1)]
    assert await _waiting(stage) == [(FIRST, 1), (SECOND, 1)]


@case
async def who_locks_in_another_order_is_refused_or_waits_but_never_for_ever(stage: Stage) -> None:
    async def publish_to(*aggregates: UUID) -> None:
        async with stage.database.transaction() as session:
            rows = _outbox(stage, session)
            for aggregate in aggregates:
                await rows.append(written(aggregate, await rows.next_version(aggregate)))
                await asyncio.sleep(0.05)

    answers = await both(publish_to(FIRST, SECOND), publish_to(SECOND, FIRST))
    refused = [answer for answer in answers if answer is not None]
    assert [type(error).__name__ for error in refused] == ["DBAPIError"]
    assert getattr(refused[0], "orig").sqlstate == "40P01"  # noqa: B009
    assert sorted(await _waiting(stage)) == sorted([(FIRST, 1), (SECOND, 1)])


async def _listed(stage: Stage, cursor: Cursor | None = None, limit: int = 100) -> list[Any]:
    page = await stage.journal.after("crm", cursor, limit)
    return [
        (Cursor(page.epoch, one.tx, one.seq), one.entry.aggregate_id, one.entry.version)
        for one in page.listed
    ]


@case
async def the_journal_goes_on_behind_its_cursor(stage: Stage) -> None:
    assert await _listed(stage) == []
    for _ in range(3):
        await _publish(stage, FIRST)
    listed = await _listed(stage)
    assert [version for _, _, version in listed] == [1, 2, 3]
    assert await _listed(stage, limit=2) == listed[:2]
    assert await _listed(stage, listed[0][0]) == listed[1:]
    assert await _listed(stage, listed[2][0]) == []
    assert await _listed(stage, Cursor("of another cluster", 9_999, 1)) == listed


@case
async def the_journal_passes_nothing_by_that_commits_late(stage: Stage) -> None:
    async with stage.database.transaction() as session:
        rows = _outbox(stage, session)
        await rows.append(written(FIRST, await rows.next_version(FIRST)))
        await _publish(stage, SECOND)
        assert await _listed(stage) == []
    assert [entry[1:] for entry in await _listed(stage)] == [(FIRST, 1), (SECOND, 1)]


@case
async def the_journal_refuses_a_cursor_from_its_future(stage: Stage) -> None:
    await _publish(stage, FIRST)
    [(cursor, _, _)] = await _listed(stage)
    with pytest.raises(CursorFromNowhere):
        await stage.journal.after("crm", Cursor(cursor.epoch, cursor.tx + 1_000_000, 1), 100)


@case
async def the_journal_gives_the_bodies_that_it_has(stage: Stage) -> None:
    for aggregate in (FIRST, SECOND, FIRST):
        await _publish(stage, aggregate)
    wanted = [written(FIRST, 2).id, event(FIRST, 9).id, written(SECOND, 1).id]
    bodies = await stage.journal.bodies("crm", wanted)
    found = [Envelope.decode(body, "shop") for body in bodies]
    assert [e.id for e in found] == [written(SECOND, 1).id, written(FIRST, 2).id]
