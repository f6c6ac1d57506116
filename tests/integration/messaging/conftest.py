"""Two databases, a producer's and a consumer's, with nothing but the messaging tables."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count

import pytest_asyncio
from redis.asyncio import Redis

from db.engine import Database
from shared.messaging.redis_streams import RedisStreams
from shared.messaging.tables import metadata
from tests.servers import PostgresServer

_number = count(1)


async def _database(postgres: PostgresServer, side: str) -> Database:
    name = f"messaging_{side}_{next(_number)}"
    url = await asyncio.to_thread(postgres.create_database, name, f"messaging_{side}")
    database = Database(url, name=side)
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    return database


@pytest_asyncio.fixture
async def producer(postgres: PostgresServer) -> AsyncIterator[Database]:
    database = await _database(postgres, "producer")
    yield database
    await database.close()


@pytest_asyncio.fixture
async def consumer(postgres: PostgresServer) -> AsyncIterator[Database]:
    database = await _database(postgres, "consumer")
    yield database
    await database.close()


@pytest_asyncio.fixture
async def bus_url(valkey_url: str) -> AsyncIterator[str]:
    url = valkey_url.removesuffix("/0") + "/9"
    redis = Redis.from_url(url)
    await redis.flushdb()
    yield url
    await redis.flushdb()
    await redis.aclose()


@pytest_asyncio.fixture
async def bus(bus_url: str) -> AsyncIterator[RedisStreams]:
    streams = RedisStreams(bus_url)
    yield streams
    await streams.close()
