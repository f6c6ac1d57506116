"""Migrated databases for integration tests."""

import asyncio
from itertools import count

from db.engine import Database
from db.migrate import upgrade
from tests.servers import PostgresServer

_number = count(1)


async def migrated(
    postgres: PostgresServer, service: str, *, info: dict[str, object] | None = None
) -> Database:
    """A new, empty database with the newest tables of `service`; close it when done."""
    name = f"{service}_test_{next(_number)}"
    url = await asyncio.to_thread(postgres.create_database, name, service)
    await asyncio.to_thread(upgrade, service, url)
    return Database(url, name=service, info=info)
