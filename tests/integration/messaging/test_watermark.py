"""How far a consumer has compared itself with a producer: nothing is ever passed over."""

from functools import partial
from uuid import uuid4

import pytest
import sqlalchemy as sa

from db.engine import Database
from db.faults import DatabaseUnavailable
from shared.messaging import journal_sql
from shared.messaging.cursor import Cursor
from shared.messaging.inbox_sql_rows import SqlInboxRows
from shared.messaging.receiver import Receiver
from shared.messaging.tables import inbox, outbox
from tests.integration.messaging.comparing import Comparing, confirmed, settled
from tests.integration.messaging.world import (
    PRODUCER,
    append,
    count,
    envelopes,
    until,
    write,
)

pytestmark = pytest.mark.usefixtures("at_once")
ORDER = uuid4()
_IN_THE_FUTURE = "update outbox set tx = (tx::text::bigint + 100000)::text::xid8"


async def test_one_that_commits_after_a_later_one_is_never_passed_over(
    producer: Database, consumer: Database
) -> None:
    comparing = await Comparing.on(producer, consumer)
    async with producer.transaction() as late:
        await append(late, uuid4(), "late")
        await write(producer, ORDER, "later, and committed first")
        for _ in range(3):
            await comparing.compare()
        assert await comparing.effects.effects() == []
    await settled(comparing, 2)
    assert sorted(await comparing.effects.effects()) == ["late", "later, and committed first"]


async def test_one_behind_a_fresh_one_is_not_passed_over(
    producer: Database, consumer: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_sql, "FRESH_SECONDS", 60.0)
    comparing = await Comparing.on(producer, consumer)
    await write(producer, ORDER, "1", "2")
    async with producer.transaction() as session:  # the second is older by the clock
        await session.execute(
            sa.update(outbox)
            .where(outbox.c.aggregate_version == 2)
            .values(created_at=sa.text("now() - interval '1 hour'"))
        )
    assert await comparing.compare() == 0
    monkeypatch.setattr(journal_sql, "FRESH_SECONDS", 0.0)
    await settled(comparing, 2)
    assert await comparing.effects.effects() == ["1", "2"]


async def test_a_clock_that_was_ahead_hides_nothing(
    producer: Database, consumer: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_sql, "FRESH_SECONDS", 60.0)
    comparing = await Comparing.on(producer, consumer)
    await write(producer, ORDER, "1")
    async with producer.transaction() as session:
        tomorrow = sa.text("now() + interval '1 day'")
        await session.execute(sa.update(outbox).values(created_at=tomorrow))
    await settled(comparing, 1)


async def test_the_watermark_stops_before_the_first_event_whose_fate_is_not_stored(
    producer: Database, consumer: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparing = await Comparing.on(producer, consumer)
    await write(producer, ORDER, "1", "2", "3", "4")
    all_of_them = await envelopes(producer)

    async def deliver_two_and_fail(_: str, bodies: list[bytes], __: int) -> None:
        await Receiver.deliver_bodies(comparing.reconciler._receiver, PRODUCER, bodies[:2])
        raise DatabaseUnavailable("gone")

    with monkeypatch.context() as patched:
        patched.setattr(comparing.reconciler._receiver, "deliver_bodies", deliver_two_and_fail)
        await until(partial(_fails, comparing))
    assert await comparing.watermark() is None
    assert await count(consumer, inbox) == 2

    async def deliver_two(_: str, bodies: list[bytes], __: int) -> None:
        await Receiver.deliver_bodies(comparing.reconciler._receiver, PRODUCER, bodies[:1])

    with monkeypatch.context() as patched:
        patched.setattr(comparing.reconciler._receiver, "deliver_bodies", deliver_two)
        assert await comparing.compare() == 3
    third = await _place(producer, all_of_them[2].id)
    assert await comparing.watermark() == third
    await settled(comparing, 4)
    assert await comparing.effects.effects() == ["1", "2", "3", "4"]


async def _fails(comparing: Comparing) -> bool:
    try:
        await comparing.compare()
    except DatabaseUnavailable:
        return True
    return False


async def _place(producer: Database, event: object) -> Cursor:
    async with producer.reading() as session:
        row = (
            await session.execute(
                sa.text(
                    f"select {journal_sql.EPOCH}, tx::text::bigint, seq from outbox where id = :id"
                ),
                {"id": event},
            )
        ).one()
    return Cursor(*row)


async def test_a_producer_that_was_restored_is_compared_again_from_its_start(
    producer: Database, consumer: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparing = await Comparing.on(producer, consumer)
    await write(producer, ORDER, "1", "2")
    await settled(comparing, 2)
    before = await comparing.watermark()
    assert before is not None
    await write(producer, ORDER, "3")
    # Restored into another cluster: its numbers lie in the future of what comes now.
    monkeypatch.setattr(journal_sql, "EPOCH", "'another cluster/1'")
    monkeypatch.setattr(journal_sql, "ADOPTED_AT_ONCE", 2)
    async with producer.transaction() as session:
        await session.execute(sa.text(_IN_THE_FUTURE))
        await append(session, ORDER, "4")
    again = Comparing.again(producer, consumer, comparing.effects)
    await settled(again, 4)
    after = await again.watermark()
    assert after is not None
    assert after.epoch == "another cluster/1"
    assert await comparing.effects.effects() == ["1", "2", "3", "4"]


async def test_a_consumer_that_was_restored_catches_up(
    producer: Database, consumer: Database
) -> None:
    comparing = await Comparing.on(producer, consumer)
    await write(producer, ORDER, "1", "2", "3")
    await settled(comparing, 3)
    async with consumer.transaction() as session:  # as it was before the first
        for table in ("inbox", "inbox_position", "inbox_watermark", "effect"):
            await session.execute(sa.text(f"delete from {table}"))
    await settled(comparing, 3)
    assert await comparing.effects.effects() == ["1", "2", "3"]


async def test_a_cursor_that_the_producer_never_gave_out_begins_again_at_the_start(
    producer: Database, consumer: Database
) -> None:
    comparing = await Comparing.on(producer, consumer)
    await write(producer, ORDER, "1")
    await settled(comparing, 1)
    known = await comparing.watermark()
    assert known is not None
    async with consumer.transaction() as session:
        far = Cursor(known.epoch, known.tx + 1_000_000, known.seq)
        await SqlInboxRows(session, "crm").move_watermark(PRODUCER, far)
    await write(producer, ORDER, "2")
    await settled(comparing, 2)


async def test_what_a_consumer_knows_it_confirms_to_the_producer(
    producer: Database, consumer: Database
) -> None:
    comparing = await Comparing.on(producer, consumer)
    assert await confirmed(producer) is None
    await comparing.compare()
    assert (await confirmed(producer) or ())[1:] == (0, 0)
    await write(producer, ORDER, "1", "2")
    await settled(comparing, 2)
    await comparing.compare()
    watermark = await comparing.watermark()
    assert watermark is not None
    assert await confirmed(producer) == (watermark.epoch, watermark.tx, watermark.seq)
