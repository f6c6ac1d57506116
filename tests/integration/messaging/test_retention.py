"""Old rows go, but none that anybody may still need."""

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from db.engine import Database
from shared.messaging import inbox_sql, retention
from shared.messaging.journal_sql import EPOCH
from shared.messaging.retention import Retention
from shared.messaging.subscriptions import readers_of
from shared.messaging.tables import inbox, outbox, position
from tests.integration.messaging.world import PRODUCER, count, write

READERS = readers_of(PRODUCER)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)


@pytest.fixture
def keeping(producer: Database) -> Retention:
    return Retention(PRODUCER, producer, days=30)


async def _execute(database: Database, statement: str, **values: object) -> None:
    async with database.transaction() as session:
        await session.execute(sa.text(statement), values)


async def _published(database: Database, reasons: int, *, days: int) -> None:
    await write(database, uuid4(), *map(str, range(reasons)))
    await _execute(
        database,
        "update outbox set published_at = now(), created_at = now() - cast(:age as interval)",
        age=timedelta(days=days),
    )


async def _confirm(database: Database, reader: str, upto: str, epoch: str = EPOCH) -> None:
    await _execute(
        database,
        f"insert into outbox_reader (consumer, epoch, tx, seq) "
        f"select :reader, {epoch}, tx, seq from outbox order by {upto} limit 1 "
        "on conflict (consumer) do update set tx = excluded.tx, seq = excluded.seq,"
        " epoch = excluded.epoch",
        reader=reader,
    )


async def _confirm_all(database: Database) -> None:
    for reader in READERS:
        await _confirm(database, reader, "seq desc")


async def test_what_everybody_confirmed_goes_after_its_days(
    producer: Database, keeping: Retention
) -> None:
    await _published(producer, 5, days=31)
    await _confirm_all(producer)
    assert await keeping.delete() == 5
    assert await count(producer, outbox) == 0


async def test_what_is_younger_stays(producer: Database, keeping: Retention) -> None:
    await _published(producer, 3, days=29)
    await _confirm_all(producer)
    assert await keeping.delete() == 0


async def test_what_was_never_published_stays(producer: Database, keeping: Retention) -> None:
    await _published(producer, 3, days=31)
    await _confirm_all(producer)
    await _execute(producer, "update outbox set published_at = null")
    assert await keeping.delete() == 0


@pytest.mark.parametrize("reader", READERS)
async def test_a_reader_that_never_confirmed_keeps_all(
    producer: Database, keeping: Retention, reader: str
) -> None:
    await _published(producer, 3, days=31)
    await _confirm_all(producer)
    await _execute(producer, "delete from outbox_reader where consumer = :reader", reader=reader)
    assert await keeping.delete() == 0


async def test_what_one_reader_has_not_come_to_stays(
    producer: Database, keeping: Retention
) -> None:
    await _published(producer, 3, days=31)
    await _confirm_all(producer)
    await _confirm(producer, READERS[0], "seq")
    assert await keeping.delete() == 1
    assert await count(producer, outbox) == 2


async def test_what_was_confirmed_before_a_restore_says_nothing(
    producer: Database, keeping: Retention
) -> None:
    await _published(producer, 3, days=31)
    await _confirm_all(producer)
    await _confirm(producer, READERS[0], "seq desc", epoch="'before'")
    assert await keeping.delete() == 0


async def test_a_reader_that_does_not_exist_any_more_keeps_nothing(
    producer: Database, keeping: Retention
) -> None:
    await _published(producer, 3, days=31)
    await _confirm_all(producer)
    await _execute(
        producer, "insert into outbox_reader (consumer, epoch, tx, seq) values ('old', '', '0', 0)"
    )
    assert await keeping.delete() == 3


async def test_the_inbox_forgets_after_its_days_and_keeps_its_positions(
    producer: Database, keeping: Retention
) -> None:
    for days in (29, 31, 32, 33):
        await _execute(
            producer,
            "insert into inbox (consumer, event_id, applied_at)"
            " values ('crm', :id, now() - cast(:age as interval))",
            id=uuid4(),
            age=timedelta(days=days),
        )
    await _execute(
        producer,
        "insert into inbox_position (consumer, producer, aggregate_id, version) "
        "values ('crm', 'shop', :id, 4)",
        id=uuid4(),
    )
    assert await keeping.delete() == 3
    assert (await count(producer, inbox), await count(producer, position)) == (1, 1)


@pytest.mark.parametrize(
    ("statement", "values", "condition"),
    [
        (retention._INBOX, {"age": timedelta(days=30), "batch": 500}, "applied_at <"),
        (
            inbox_sql.CLAIM,
            {"consumer": "crm", "lease": 5.0, "error": "", "trace": ""},
            "due_at <=",
        ),
    ],
)
async def test_what_is_due_is_found_by_its_index_however_much_is_not(
    producer: Database, statement: sa.TextClause, values: dict[str, object], condition: str
) -> None:
    async with producer.transaction() as session:
        await session.execute(sa.text("set local enable_seqscan = off"))
        plan = (await session.execute(sa.text(f"explain {statement.text}"), values)).scalars().all()
    assert any("Index Cond" in line and condition in line for line in plan), "\n".join(plan)
