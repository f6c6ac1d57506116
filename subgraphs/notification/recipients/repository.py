"""The contacts' SQL."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

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
    statement = (
        insert(OrderContact)
        .values(**contact)
        .on_conflict_do_update(index_elements=["order_id"], set_=dict(contact))
        .returning(OrderContact)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(statement)).one()


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
