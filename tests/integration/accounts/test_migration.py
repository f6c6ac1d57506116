import asyncio

from db.migrate import difference
from subgraphs.accounts.account.tables import AccountRow
from subgraphs.accounts.api_key.tables import ApiKeyRow
from subgraphs.accounts.metadata import metadata
from subgraphs.accounts.session.tables import SessionRow
from tests.integration.accounts.service import Accounts


async def test_the_migrations_make_exactly_the_tables_that_the_code_reads(
    accounts: Accounts,
) -> None:
    assert {row.__tablename__ for row in (AccountRow, ApiKeyRow, SessionRow)} <= set(
        metadata.tables
    )
    await asyncio.to_thread(difference, "accounts", accounts.runtime.database.url, metadata)
