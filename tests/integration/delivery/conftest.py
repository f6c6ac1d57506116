"""The databases of all services, empty again for each test."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest_asyncio
import sqlalchemy as sa

from db.engine import Database
from shared.messaging.tables import metadata
from shared.settings import SERVICES
from subgraphs.crm.main import create
from tests.integration.databases import migrated
from tests.integration.delivery.world import World
from tests.integration.subgraph import Subgraph
from tests.runtimes import unconnected
from tests.servers import PostgresServer


@pytest_asyncio.fixture(scope="session")
async def all_databases(postgres: PostgresServer) -> AsyncIterator[dict[str, Database]]:
    opened = {service: await migrated(postgres, service) for service in SERVICES}
    yield opened
    for database in opened.values():
        await database.close()


@pytest_asyncio.fixture
async def databases(all_databases: dict[str, Database]) -> dict[str, Database]:
    tables = ", ".join(table.name for table in metadata.sorted_tables)
    for database in all_databases.values():
        async with database.transaction() as session:
            await session.execute(sa.text(f"truncate {tables}"))
    return all_databases


@pytest_asyncio.fixture
async def world(databases: dict[str, Database]) -> World:
    crm = databases["crm"]
    graph = Subgraph(create(replace(unconnected("crm"), database=crm)))
    return World(databases["shop"], crm, graph)
