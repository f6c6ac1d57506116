"""Statements of text go to the driver itself, and nobody who uses a session can tell."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import suppress
from typing import Any
from unittest.mock import AsyncMock

import asyncpg
import pytest
import pytest_asyncio
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from db.engine import Database
from db.faults import DatabaseUnavailable
from tests.servers import PostgresServer

_metadata = sa.MetaData()
_parcel = sa.Table(
    "parcel",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("note", sa.Text),
)
_ADD = sa.text("insert into parcel (id, note) values (:id, :note)")
_COUNT = sa.text("select count(*) from parcel")


@pytest_asyncio.fixture
async def database(postgres: PostgresServer) -> AsyncIterator[Database]:
    opened = Database(postgres.dsn("notification"), name="text", pool_size=2)
    async with opened.engine.begin() as connection:
        await connection.run_sync(_metadata.create_all)
    yield opened
    async with opened.engine.begin() as connection:
        await connection.run_sync(_metadata.drop_all)
    await opened.close()


async def _count(database: Database) -> int:
    async with database.reading() as session:
        return int(await session.scalar(_COUNT) or 0)


async def test_text_is_undone_with_the_transaction_that_it_began(database: Database) -> None:
    with suppress(RuntimeError):
        async with database.transaction() as session:
            await session.execute(_ADD, {"id": 1, "note": "text"})
            await session.execute(sa.insert(_parcel).values(id=2, note="compiled"))
            assert await session.scalar(_COUNT) == 2
            raise RuntimeError("refused")
    assert await _count(database) == 0


async def test_text_and_compiled_statements_are_committed_together(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(sa.insert(_parcel).values(id=1, note="compiled"))
        await session.execute(_ADD, {"id": 2, "note": None})
        assert await _count(database) == 0
    assert await _count(database) == 2


async def test_a_single_statement_is_committed_at_once(database: Database) -> None:
    with suppress(RuntimeError):
        async with database.single() as session:
            await session.execute(_ADD, {"id": 1, "note": ""})
            raise RuntimeError("too late")
    assert await _count(database) == 1
    with suppress(RuntimeError):  # and the next on the same connection is not
        async with database.transaction() as session:
            await session.execute(_ADD, {"id": 2, "note": ""})
            raise RuntimeError("in time")
    assert await _count(database) == 1


async def test_text_reads_and_nothing_else_where_only_reading_is_allowed(
    database: Database,
) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="read-only"):
        async with database.reading() as session:
            await session.execute(_ADD, {"id": 1, "note": ""})


async def test_rows_of_text_are_as_those_of_any_statement(database: Database) -> None:
    async with database.transaction() as session:
        pair = sa.text("select 1 as one, '{\"a\": [2]}'::jsonb as two")
        row = (await session.execute(pair)).one()
        nothing = await session.execute(sa.text("select 1 as one where false"))
        assert (row.one, row.two, row[0]) == (1, {"a": [2]}, 1)
        assert nothing.scalars().all() == []


async def test_what_sqlalchemy_has_to_turn_into_something_is_left_to_it(
    database: Database,
) -> None:
    among = sa.text("select id from parcel where id in :ids order by id")
    several = [{"id": number, "note": ""} for number in (1, 2, 3)]
    async with database.transaction() as session:
        await session.execute(_ADD, several)
        found = await session.execute(
            among.bindparams(sa.bindparam("ids", expanding=True)), {"ids": [1, 3]}
        )
        assert found.scalars().all() == [1, 3]


async def test_errors_are_told_as_those_of_any_statement(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(_ADD, {"id": 1, "note": ""})
    with pytest.raises(sa.exc.IntegrityError) as refused:
        async with database.transaction() as session:
            await session.execute(_ADD, {"id": 1, "note": "a secret"})
    assert getattr(refused.value.orig, "sqlstate", None) == "23505"
    assert "a secret" not in str(refused.value)
    assert await _count(database) == 1


async def test_text_after_a_change_of_a_table_is_prepared_anew(database: Database) -> None:
    everything = sa.text("select * from parcel")
    for change in ("alter table parcel add weight int", "alter table parcel drop weight"):
        async with database.transaction() as session:
            await session.execute(everything)
        async with database.single() as session:
            await session.execute(sa.text(change))
        with pytest.raises(sa.exc.DBAPIError):
            async with database.transaction() as session:
                await session.execute(everything)
        async with database.transaction() as session:
            await session.execute(everything)


async def test_a_connection_that_fell_silent_is_not_used_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.transaction() as session:
        silent = await session.scalar(sa.text("select pg_backend_pid()"))
        driver = session.info["driver"].connection
        monkeypatch.setattr(driver.driver_connection, "prepare", _never)
        with pytest.raises(DatabaseUnavailable):
            await session.execute(sa.text("select 'never asked before'"))
        with pytest.raises(DatabaseUnavailable):
            await session.execute(_COUNT)
    async with database.transaction() as session:
        assert await session.scalar(sa.text("select pg_backend_pid()")) != silent


async def test_who_is_cancelled_while_text_runs_leaves_nothing_behind(database: Database) -> None:
    begun = asyncio.Event()

    async def add() -> None:
        async with database.transaction() as session:
            await session.execute(_ADD, {"id": 1, "note": ""})
            begun.set()
            await session.execute(sa.text("select pg_sleep(600)"))

    adding = asyncio.create_task(add())
    await begun.wait()
    for _ in range(5):
        await asyncio.sleep(0)
    adding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await adding
    for number in range(4):  # more than the pool has
        async with database.transaction() as session:
            await session.execute(_ADD, {"id": number, "note": ""})
    assert await _count(database) == 4


@pytest.mark.parametrize("statement", [_ADD, sa.insert(_parcel)], ids=["text", "compiled"])
@pytest.mark.parametrize(
    "fault", [asyncio.CancelledError(), asyncpg.QueryCanceledError("late")], ids=repr
)
async def test_a_transaction_that_was_stopped_as_it_began_takes_no_later_one_with_it(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    statement: sa.Executable,
    fault: BaseException,
) -> None:
    begin = asyncpg.transaction.Transaction.start

    async def begin_and_stop(transaction: asyncpg.transaction.Transaction) -> None:
        await begin(transaction)
        raise fault

    async def add(number: int) -> None:
        async with database.transaction() as session:
            await session.execute(statement, {"id": number, "note": ""})

    with monkeypatch.context() as stopping:
        stopping.setattr(asyncpg.transaction.Transaction, "start", begin_and_stop)
        with suppress(sa.exc.DBAPIError, asyncio.CancelledError):
            await add(0)
    for number in range(4):  # more than the pool has
        await add(number)
        assert await _count(database) == number + 1


async def test_no_moment_at_which_one_is_cancelled_costs_a_later_one_its_commit(
    database: Database,
) -> None:
    async def add(number: int) -> None:
        async with database.transaction() as session:
            await session.execute(_ADD, {"id": number, "note": ""})

    for moment in range(60):
        await _cancelled_at(moment, add(moment))
        await add(-1 - moment)
    async with database.reading() as session:
        later = sa.select(sa.func.count()).where(_parcel.c.id < 0)
        assert await session.scalar(later) == 60


@pytest.mark.parametrize("opened", ["glance", "single", "reading", "transaction"])
async def test_no_moment_at_which_one_is_cancelled_costs_a_later_one_its_snapshot(
    database: Database, opened: str
) -> None:
    async def ask(moment: int) -> None:
        async with getattr(database, opened)() as session:
            await session.execute(sa.text(f"select {moment} + :more"), {"more": 1})

    for moment in range(40):
        await _cancelled_at(moment, ask(moment))
        assert await _count(database) == 0
        await asyncio.gather(_count(database), _count(database))


@pytest.mark.parametrize("stopped", [asyncio.CancelledError(), None], ids=["cancelled", "refused"])
@pytest.mark.parametrize(
    "statement",
    [sa.text("select id from parcel where id = :id"), sa.select(_parcel.c.id)],
    ids=["text", "compiled"],
)
async def test_a_statement_that_was_prepared_and_never_asked_leaves_no_transaction(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    statement: sa.Executable,
    stopped: BaseException | None,
) -> None:
    if isinstance(statement, sa.Select):
        statement = statement.where(_parcel.c.id == sa.bindparam("id"))
    if stopped is not None:
        stop = AsyncMock(side_effect=stopped)
        monkeypatch.setattr(asyncpg.prepared_stmt.PreparedStatement, "fetch", stop)
    with suppress(asyncio.CancelledError, sa.exc.DBAPIError):
        async with database.glance() as session:
            await session.execute(statement, {"id": "no number"})
    monkeypatch.undo()
    await asyncio.gather(_count(database), _count(database))


async def test_the_same_text_with_and_without_types_is_two_statements(database: Database) -> None:
    written = "select :value"
    listed = sa.text(written).bindparams(sa.bindparam("value", type_=JSONB))
    async with database.transaction() as session:
        assert await session.scalar(sa.text(written), {"value": "plain"}) == "plain"
        assert await session.scalar(listed, {"value": ["typed"]}) == ["typed"]
        assert await session.scalar(sa.text(written), {"value": "plain"}) == "plain"


async def _cancelled_at(moment: int, work: Coroutine[Any, Any, None]) -> None:
    """Cancelled after the event loop has gone round so many times, or done before."""
    doing = asyncio.create_task(work)
    for _ in range(moment):
        await asyncio.sleep(0)
    doing.cancel()
    with suppress(asyncio.CancelledError):
        await doing


async def _never(*_: object, **__: object) -> None:
    await asyncio.sleep(0)
    raise TimeoutError
