"""An absent database is told from everything else, and never waited for in silence."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest
import pytest_asyncio
import sqlalchemy as sa

from db.engine import Database
from db.faults import DatabaseUnavailable, is_database_away
from tests.integration.cable import cable_to
from tests.integration.messaging.world import until
from tests.servers import PostgresServer


@pytest_asyncio.fixture
async def url(postgres: PostgresServer) -> str:
    return postgres.dsn("notification")


@pytest_asyncio.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = Database(url, name="absence", pool_size=1)
    yield opened
    await opened.close()


async def _ask(database: Database, statement: str = "select 1") -> object:
    async with database.transaction() as session:
        return await session.scalar(sa.text(statement))


async def _raised(database: Database, statement: str) -> BaseException:
    try:
        await _ask(database, statement)
    except Exception as error:
        return error
    raise AssertionError("it went well")


async def test_a_server_that_refuses_is_away() -> None:
    nowhere = Database("postgresql://nobody:x@127.0.0.1:1/nothing", name="nowhere")
    with pytest.raises(DatabaseUnavailable, match="nowhere cannot reach its database"):
        await _ask(nowhere)
    await nowhere.close()


async def test_a_wrong_password_says_nothing_about_an_event(postgres: PostgresServer) -> None:
    locked_out = Database(
        postgres.dsn("notification").replace(postgres.passwords["notification"], "wrong"),
        name="locked out",
    )
    with pytest.raises(DatabaseUnavailable, match="password"):
        await _ask(locked_out)
    await locked_out.close()


async def test_a_backend_that_was_ended_in_the_middle_is_away(database: Database) -> None:
    error = await _raised(database, "select pg_terminate_backend(pg_backend_pid())")
    assert is_database_away(error)
    assert await _ask(database) == 1


async def test_connections_that_were_closed_while_nobody_used_them_are_not_handed_out(
    database: Database, postgres: PostgresServer
) -> None:
    pid = await _ask(database, "select pg_backend_pid()")
    other = Database(postgres.dsn("notification"), name="other")
    await _ask(other, f"select pg_terminate_backend({pid})")
    await _until_gone(other, pid)
    await other.close()
    assert await _ask(database, "select pg_backend_pid()") != pid


async def _until_gone(database: Database, pid: object) -> None:
    async def gone() -> bool:
        return not await _ask(database, f"select count(*) from pg_stat_activity where pid = {pid}")

    await until(gone)


async def test_a_connection_that_was_frozen_is_given_up_and_the_next_one_is_new(
    url: str,
) -> None:
    async with cable_to(url) as (cable, through):
        database = Database(through, name="frozen", pool_size=2, statement_seconds=0.2)
        await asyncio.gather(_ask(database, "select pg_sleep(0.05)"), _ask(database))
        cable.freeze()
        error = await _raised(database, "select 1")
        assert isinstance(error, DatabaseUnavailable)
        lines = cable.lines
        cable.thaw()
        assert await _ask(database) == 1
        assert cable.lines > lines
        await database.close()


async def test_who_is_cancelled_while_it_asks_hears_of_that(database: Database, url: str) -> None:
    other = Database(url, name="other")
    asking = asyncio.create_task(_ask(database, "select pg_sleep(3)"))
    await until(partial(_sleeps, other))
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await _ask(database) == 1
    await other.close()


async def _sleeps(database: Database) -> bool:
    asleep = "select count(*) from pg_stat_activity where wait_event = 'PgSleep'"
    return await _ask(database, asleep) == 1


async def test_a_slow_statement_is_no_absent_database(url: str) -> None:
    impatient = Database(url, name="impatient", statement_seconds=0.1)
    error = await _raised(impatient, "select pg_sleep(5)")
    assert isinstance(error, sa.exc.DBAPIError)
    assert not is_database_away(error)
    await impatient.close()


@pytest.mark.parametrize("fault", [OSError("disk"), TimeoutError("slow"), ConnectionError("far")])
async def test_what_the_user_of_a_transaction_suffers_is_no_absent_database(
    database: Database, fault: Exception
) -> None:
    async def fail() -> None:
        async with database.transaction() as session:
            await session.execute(sa.text("select 1"))
            raise fault

    with pytest.raises(type(fault)) as raised:
        await fail()
    assert raised.value is fault
    assert not is_database_away(raised.value)


@pytest.mark.parametrize("statement", ["select 1 / 0", "select nothing", "select '\\x00'::int"])
async def test_a_wrong_statement_is_no_absent_database(database: Database, statement: str) -> None:
    assert not is_database_away(await _raised(database, statement))


async def test_a_value_that_the_driver_cannot_send_is_no_absent_database(
    database: Database,
) -> None:
    async def fail() -> None:
        async with database.transaction() as session:
            await session.execute(sa.text("select cast(:value as int)"), {"value": "five"})

    with pytest.raises(sa.exc.DBAPIError) as raised:
        await fail()
    assert not is_database_away(raised.value)


async def test_waiting_in_vain_for_a_connection_of_the_pool_is_an_absent_database(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.engine._WAIT_FOR_CONNECTION_SECONDS", 0.05)
    crowded = Database(url, name="crowded", pool_size=1)
    async with crowded.transaction() as one:
        await one.execute(sa.text("select 1"))
        assert is_database_away(await _raised(crowded, "select 1"))
    await crowded.close()


async def test_a_session_lets_go_of_what_an_absent_client_held(database: Database) -> None:
    async with database.reading() as session:
        settings = dict(
            (await session.execute(sa.text("select name, setting from pg_settings"))).all()
        )
    assert settings["idle_in_transaction_session_timeout"] == "10000"
    assert settings["tcp_user_timeout"] == "10000"
    assert settings["tcp_keepalives_idle"] == "5"
    assert settings["client_connection_check_interval"] == "1000"


async def test_reading_sees_one_snapshot_and_cannot_write(database: Database) -> None:
    async with database.reading() as session:
        shown = [
            await session.scalar(sa.text(f"show {name}"))
            for name in ("transaction_isolation", "transaction_read_only")
        ]
    assert shown == ["repeatable read", "on"]
    assert await _ask(database, "show transaction_read_only") == "off"
    assert await _ask(database, "show transaction_isolation") == "read committed"
