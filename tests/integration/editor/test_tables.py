"""The migrations make the tables that the code believes in."""

import asyncio

from db.migrate import difference
from subgraphs.editor.metadata import metadata
from tests.integration.databases import migrated
from tests.servers import PostgresServer


async def test_the_migrations_make_exactly_the_tables_of_the_code(postgres: PostgresServer) -> None:
    database = await migrated(postgres, "editor")
    try:
        await asyncio.to_thread(difference, "editor", database.url, metadata)
    finally:
        await database.close()
