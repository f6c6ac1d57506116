"""The contacts' SQL."""

from collections.abc import Mapping
from functools import cache
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.selectable import ExecutableReturnsRows

from subgraphs.notification.recipients.tables import AccountContact, OrderContact


async def keep_account(session: AsyncSession, account_id: UUID, email: str, name: str) -> None:
    statement = insert(AccountContact).values(account_id=account_id, email=email, name=name)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["account_id"], set_={"email": email, "name": name}
        )
    )


async def keep_order(session: AsyncSession, contact: Mapping[str, object]) -> OrderContact:
    """Keep the newest word on an order's customer; two services may say it at once."""
    statement = _keeping(tuple(contact))
    kept: OrderContact = (await session.scalars(statement, contact)).one()
    return kept


@cache
def _keeping(columns: tuple[str, ...]) -> ExecutableReturnsRows:
    # As text, since SQLAlchemy compiles an "on conflict" anew each time.
    written = sa.text(
        f"insert into order_contact ({', '.join(columns)})"  # noqa: S608 - names of our columns
        f" values ({', '.join(f':{column}' for column in columns)}) on conflict (order_id)"
        f" do update set {', '.join(f'{column} = excluded.{column}' for column in columns)}"
        " returning *"
    )
    return sa.select(OrderContact).from_statement(written).execution_options(populate_existing=True)


async def order(session: AsyncSession, order_id: UUID) -> OrderContact | None:
    return await session.get(OrderContact, order_id)


async def first_account(
    session: AsyncSession, account_ids: tuple[UUID | None, ...]
) -> AccountContact | None:
    """The contact of the first of these accounts that is known."""
    for account_id in account_ids:
        if account_id is not None:
            contact = await session.get(AccountContact, account_id)
            if contact is not None:
                return contact
    return None
