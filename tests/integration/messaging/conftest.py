"""Two databases, a producer's and a consumer's, with nothing but the messaging tables, and a bus
between them, on each transport in turn."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count

import pytest
import pytest_asyncio

from db.engine import Database
from shared.messaging import journal_sql, reconciler
from shared.messaging.bus import Bus
from shared.messaging.tables import metadata
from tests.integration.messaging.transports import OnRabbitMQ, OnRedis, Transport
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


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reconciler that gives no bus a head start."""
    monkeypatch.setattr(journal_sql, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(reconciler, "IDLE_SECONDS", 0.05)
    monkeypatch.setattr(reconciler, "IN_MIND_SECONDS", 0.0)
    monkeypatch.setattr(reconciler, "BUSY_SECONDS", 0.05)


@pytest.fixture(params=["redis", "rabbitmq"])
def transport_on(request: pytest.FixtureRequest) -> Transport:
    """Each of the two transports in turn, whatever its server has left from before."""
    if request.param == "redis":
        url: str = request.getfixturevalue("valkey_url")
        return OnRedis(url.removesuffix("/0") + "/9")
    return OnRabbitMQ(request.getfixturevalue("rabbitmq_url"))


@pytest_asyncio.fixture
async def transport(transport_on: Transport) -> AsyncIterator[Transport]:
    """Each of the two transports in turn, empty: a test that names it runs on both."""
    await transport_on.wipe()
    yield transport_on
    await transport_on.wipe()


@pytest_asyncio.fixture
async def bus(transport: Transport) -> AsyncIterator[Bus]:
    """A bus on each of the two transports in turn."""
    connected = transport.connect()
    yield connected
    await connected.close()
