"""What the rows of the inbox promise, wherever they are kept."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid5

import pytest

from shared.messaging.cursor import Cursor
from shared.messaging.envelope import Aggregate
from shared.messaging.inbox_rows import InboxRows
from tests.torture.simulation.contract import (
    ATTEMPTS,
    FAILURE,
    FIRST,
    SECOND,
    SPACE,
    Cases,
    Stage,
    both,
    event,
    impostor,
)

case = Cases()


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
    await stage.do(lambda rows: rows.keep(event(FIRST, 1), FAILURE, attempts=4, delay=0))
    await stage.do(lambda rows: rows.keep(event(FIRST, 1), FAILURE, attempts=0, delay=100))
    attempt = await stage.claim()
    assert attempt.number == 5


@case
async def a_claim_counts_and_is_nobody_elses(stage: Stage) -> None:
    first = event(FIRST, 1)
    await stage.do(lambda rows: rows.keep(first, FAILURE, attempts=1, delay=0))
    await stage.do(lambda rows: rows.keep(event(SECOND, 1), FAILURE, attempts=1, delay=100))
    attempt = await stage.claim()
    assert (attempt.event_id, attempt.number) == (first.id, 2)
    assert await stage.claim() is None
    await stage.do(lambda rows: rows.postpone(first.id, 2, FAILURE, 0))
    assert (await stage.claim()).number == 3
    assert await stage.do(lambda rows: rows.finish(first.id, 3))
    assert not await stage.do(lambda rows: rows.finish(first.id, 3))
    assert await stage.claim() is None


@case
async def an_attempt_that_is_over_decides_nothing(stage: Stage) -> None:
    first = event(FIRST, 1)
    await stage.do(lambda rows: rows.keep(first, FAILURE, attempts=1, delay=0))
    await stage.claim(lease=0)
    assert (await stage.claim()).number == 3
    assert not await stage.do(lambda rows: rows.finish(first.id, 2))
    await stage.do(lambda rows: rows.bury(first.id, 2, FAILURE))
    await stage.do(lambda rows: rows.postpone(first.id, 2, FAILURE, 0))
    assert await stage.claim() is None
    assert await stage.do(lambda rows: rows.finish(first.id, 3))


@case
async def a_claim_passes_over_what_is_locked(stage: Stage) -> None:
    for aggregate in (FIRST, SECOND):
        e = event(aggregate, 1)
        await stage.do(lambda rows, e=e: rows.keep(e, FAILURE, attempts=0, delay=0))  # type: ignore[misc]
    async with stage.database.transaction() as session:
        mine = await stage.inbox(session, "crm").claim(100, FAILURE)
        another = await stage.claim()
        nobodys = await stage.claim()
    assert mine is not None
    assert {mine.event_id, another.event_id} == {event(FIRST, 1).id, event(SECOND, 1).id}
    assert nobodys is None


@case
async def a_dead_letter_is_no_retry_any_more_and_can_be_redriven_once(stage: Stage) -> None:
    letter = event(FIRST, 1)
    await stage.do(lambda rows: rows.keep(letter, FAILURE, attempts=ATTEMPTS, delay=0))
    await stage.do(lambda rows: rows.bury(letter.id, ATTEMPTS, FAILURE))
    assert await stage.claim() is None
    assert await stage.waits(letter)
    assert await stage.do(lambda rows: rows.redrive([letter.id], "me")) == [letter.id]
    assert await stage.do(lambda rows: rows.redrive([letter.id], "me")) == []
    attempt = await stage.claim()
    assert (attempt.event_id, attempt.number) == (letter.id, 1)


@case
async def what_does_not_wait_cannot_be_buried(stage: Stage) -> None:
    await stage.do(lambda rows: rows.bury(event(FIRST, 1).id, ATTEMPTS, FAILURE))
    assert not await stage.waits(event(FIRST, 1))


@case
async def a_body_is_kept_once_and_never_redriven(stage: Stage) -> None:
    letter = uuid5(SPACE, "rubbish")
    for _ in range(2):
        await stage.do(lambda rows: rows.bury_body(letter, "shop", b"\x00{", FAILURE))
    assert await stage.do(lambda rows: rows.redrive([letter], "me")) == []
    assert await stage.do(lambda rows: rows.discard([letter], "me", "rubbish")) == [letter]
    assert await stage.do(lambda rows: rows.discard([letter], "me", "rubbish")) == []


@case
async def who_is_nowhere_is_a_stranger(stage: Stage) -> None:
    applied, failed, waiting, parked = (event(FIRST, version) for version in (1, 2, 3, 5))
    dead, nowhere = event(SECOND, 1), impostor(event(FIRST, 1))
    await stage.apply(applied)
    await stage.do(lambda rows: rows.keep(failed, FAILURE, attempts=1, delay=0))
    await stage.do(lambda rows: rows.keep(waiting, FAILURE, attempts=1, delay=0))
    await stage.do(lambda rows: rows.park([parked, impostor(parked)]))
    await stage.do(lambda rows: rows.keep(dead, FAILURE, attempts=ATTEMPTS, delay=0))
    await stage.do(lambda rows: rows.bury(dead.id, ATTEMPTS, FAILURE))
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
    await stage.do(lambda rows: rows.keep(letter, FAILURE, attempts=ATTEMPTS, delay=0))
    await stage.do(lambda rows: rows.bury(letter.id, ATTEMPTS, FAILURE))
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
    await stage.do(lambda rows: rows.keep(two, FAILURE, attempts=1, delay=0))
    await stage.do(lambda rows: rows.park([three]))
    await stage.do(lambda rows: rows.keep(other, FAILURE, attempts=ATTEMPTS, delay=0))
    await stage.do(lambda rows: rows.bury(other.id, ATTEMPTS, FAILURE))
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
