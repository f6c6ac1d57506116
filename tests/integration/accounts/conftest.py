from collections.abc import AsyncIterator

import pytest_asyncio

from shared.identity import new_key_pair
from tests.integration.accounts.service import Accounts, accounts_on
from tests.servers import PostgresServer


@pytest_asyncio.fixture(scope="session")
async def accounts(postgres: PostgresServer) -> AsyncIterator[Accounts]:
    private, public = new_key_pair()
    async with accounts_on(postgres, private=private, public=public) as accounts:
        yield accounts
