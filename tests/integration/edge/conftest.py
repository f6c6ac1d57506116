from collections.abc import AsyncIterator

import pytest_asyncio
from redis.asyncio import Redis

EDGE_DATABASE = 7


@pytest_asyncio.fixture(scope="session")
async def redis(valkey_url: str) -> AsyncIterator[Redis]:
    """A Valkey database that only these tests use."""
    async with Redis.from_url(valkey_url, db=EDGE_DATABASE) as redis:
        yield redis
