"""CRM on its own database, empty again for each test."""

from collections.abc import AsyncIterator

import pytest_asyncio
import sqlalchemy as sa

from db.engine import Database
from subgraphs.crm.metadata import metadata
from tests.integration.crm.world import World
from tests.integration.databases import migrated
from tests.servers import PostgresServer


@pytest_asyncio.fixture(scope="session")
async def crm_database(postgres: PostgresServer) -> AsyncIterator[Database]:
    database = await migrated(postgres, "crm")
    yield database
    await database.close()


@pytest_asyncio.fixture
async def world(crm_database: Database) -> World:
    tables = ", ".join(table.name for table in metadata.sorted_tables)
    async with crm_database.transaction() as session:
        await session.execute(sa.text(f"truncate {tables}"))
    return World(crm_database)
