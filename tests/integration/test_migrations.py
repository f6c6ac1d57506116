"""The migrations make the tables that the code means."""

import asyncio
from importlib import import_module

import pytest

from db.migrate import difference, upgrade
from shared.settings import SERVICES
from tests.servers import PostgresServer


@pytest.mark.parametrize("service", SERVICES)
async def test_migrated_tables_equal_the_codes_and_migrating_again_changes_nothing(
    postgres: PostgresServer, service: str
) -> None:
    url = await asyncio.to_thread(postgres.create_database, f"{service}_migrated", service)
    await asyncio.to_thread(upgrade, service, url)
    await asyncio.to_thread(upgrade, service, url)
    import_module(f"subgraphs.{service}.main")  # every table that the service uses
    metadata = import_module(f"subgraphs.{service}.metadata").metadata
    await asyncio.to_thread(difference, service, url, metadata)
