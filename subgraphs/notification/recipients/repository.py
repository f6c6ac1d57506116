"""The contacts' SQL."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.notification.recipients.tables import AccountContact, OrderContact

_COLUMNS = tuple(column.key for column in sa.inspect(OrderContact).column_attrs)
_ORDER = sa.text(
    f"select {', '.join(_COLUMNS)} from order_contact where order_id = :order_id"  # noqa: S608
)
_FIRST_ACCOUNT = sa.text("""
    select account_id, email, name from account_contact
    where account_id = any(cast(:ids as uuid[]))
    order by array_position(cast(:ids as uuid[]), account_id) limit 1
""")


async def keep_account(session: AsyncSession, account_id: UUID, email: str, name: str) -> None:
    statement = insert(AccountContact).values(account_id=account_id, email=email, name=name)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["account_id"], set_={"email": email, "name": name}
        )
    )


async def keep_order(session: AsyncSession, contact: Mapping[str, object]) -> OrderContact:
    """Keep the newest word on an order's customer; two services may say it at once."""
    return _contact((await session.execute(_keeping(tuple(contact)), contact)).one())


@cache
def _keeping(columns: tuple[str, ...]) -> sa.TextClause:
    return sa.text(
        f"insert into order_contact ({', '.join(columns)})"  # noqa: S608 - names of our columns
        f" values ({', '.join(f':{column}' for column in columns)}) on conflict (order_id)"
        f" do update set {', '.join(f'{column} = excluded.{column}' for column in columns)}"
        f" returning {', '.join(_COLUMNS)}"
    )


async def order(session: AsyncSession, order_id: UUID) -> OrderContact | None:
    row = (await session.execute(_ORDER, {"order_id": order_id})).one_or_none()
    return None if row is None else _contact(row)


async def first_account(
    session: AsyncSession, account_ids: tuple[UUID | None, ...]
) -> AccountContact | None:
    """The contact of the first of these accounts that is known."""
    row = (await session.execute(_FIRST_ACCOUNT, {"ids": account_ids})).one_or_none()
    return None if row is None else AccountContact(account_id=row[0], email=row[1], name=row[2])


def _contact(row: "sa.Row[Any]") -> OrderContact:
    return OrderContact(**dict(zip(_COLUMNS, row, strict=True)))
