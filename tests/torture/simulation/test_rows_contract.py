"""The rows of the simulation and the rows in PostgreSQL do the same."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
import pytest_asyncio
import sqlalchemy as sa

from db.engine import Database
from shared.messaging import journal_sql
from shared.messaging.inbox_sql_rows import SqlInboxRows
from shared.messaging.journal_sql import SqlJournal
from shared.messaging.outbox_rows import SqlOutboxRows
from shared.messaging.tables import metadata
from tests.servers import PostgresServer
from tests.torture.simulation import inbox_cases, outbox_cases
from tests.torture.simulation.contract import Case, Stage
from tests.torture.simulation.database import Client, SimulatedDatabase
from tests.torture.simulation.inbox_rows import MemoryInboxRows
from tests.torture.simulation.journal import MemoryJournal
from tests.torture.simulation.loop import SimulatedLoop
from tests.torture.simulation.outbox_rows import MemoryOutboxRows
from tests.torture.simulation.process import Process

CASES = [*inbox_cases.case, *outbox_cases.case]
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)


@pytest.fixture(autouse=True)
def _nothing_is_left_to_the_bus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_sql, "FRESH_SECONDS", 0.0)


@pytest_asyncio.fixture(scope="module")
async def server(postgres: PostgresServer) -> AsyncIterator[Database]:
    url = await asyncio.to_thread(postgres.create_database, "contract", "contract")
    database = Database(url, name="contract")
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield database
    await database.close()


@pytest_asyncio.fixture
async def database(server: Database) -> Database:
    """With nothing in it."""
    names = ", ".join(table.name for table in metadata.sorted_tables)
    async with server.engine.begin() as connection:
        await connection.execute(sa.text(f"truncate {names} restart identity"))
    return server


@every_case
async def test_in_postgresql(case: Case, database: Database) -> None:
    await case(Stage(database, SqlInboxRows, SqlOutboxRows, SqlJournal("shop", database)))


@every_case
@pytest.mark.parametrize("seed", range(5))
def test_in_the_simulation(case: Case, seed: int) -> None:
    loop = SimulatedLoop(seed)
    server = SimulatedDatabase(loop, "contract")
    client = cast(Any, Client(server, Process(loop, "test")))
    try:
        journal = MemoryJournal("shop", client)
        loop.run_until_complete(case(Stage(client, MemoryInboxRows, MemoryOutboxRows, journal)))
        assert not server.sessions
        assert not server.store.locks
    finally:
        server.closed = True
        loop.bury()
        loop.close()
