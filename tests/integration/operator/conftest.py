"""An operator's database with its tables, empty again for each test."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio
import sqlalchemy as sa

from db.engine import Database
from db.migrate import upgrade
from tests.servers import PostgresServer


@pytest.fixture(scope="session")
def operator_url(postgres: PostgresServer) -> str:
    url = postgres.create_database(f"operator_{uuid4().hex[:8]}", owner="operator")
    upgrade("operator", url)
    return url


@pytest_asyncio.fixture
async def database(operator_url: str) -> AsyncIterator[Database]:
    database = Database(operator_url, name="operator")
    async with database.transaction() as session:
        for ledger in ("pay_entry", "pay_posting"):
            await session.execute(sa.text(f"alter table {ledger} disable trigger user"))
        await session.execute(
            sa.text(
                "truncate work_order, cancelled_order, pay_entry, pay_posting, outbox, aggregate,"
                " inbox, inbox_position, inbox_parked, inbox_retry, dead_letter"
            )
        )
        for ledger in ("pay_entry", "pay_posting"):
            await session.execute(sa.text(f"alter table {ledger} enable trigger user"))
    yield database
    await database.close()
