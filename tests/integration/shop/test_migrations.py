"""The tables that the code knows are the tables that the migrations make."""

import asyncio

from db.migrate import difference
from subgraphs.shop.metadata import metadata
from tests.integration.shop.world import World


async def test_migrations_make_the_tables_that_the_code_uses(world: World) -> None:
    await asyncio.to_thread(difference, "shop", world.database.url, metadata)
