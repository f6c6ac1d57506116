from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from shared.identity import new_key_pair
from tests.integration.accounts.service import Accounts, accounts_on
from tests.servers import PostgresServer

EDGE_DATABASE = 7


@pytest_asyncio.fixture(scope="session")
async def redis(valkey_url: str) -> AsyncIterator[Redis]:
    """A Valkey database that only these tests use."""
    async with Redis.from_url(f"{valkey_url.rsplit('/', 1)[0]}/{EDGE_DATABASE}") as redis:
        yield redis


@pytest.fixture(scope="session")
def keys() -> tuple[str, str]:
    """The gateway's key pair: (private, public)."""
    return new_key_pair()


@pytest_asyncio.fixture(scope="session")
async def accounts(postgres: PostgresServer, keys: tuple[str, str]) -> AsyncIterator[Accounts]:
    """The real accounts service with its demo accounts."""
    async with accounts_on(postgres, private=keys[0], public=keys[1]) as accounts:
        yield accounts
