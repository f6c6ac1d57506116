"""Accounts in the database."""

from collections.abc import Collection, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.accounts.account.tables import AccountRow


async def insert_account(
    session: AsyncSession,
    *,
    account_id: UUID,
    email: str,
    name: str,
    roles: Collection[str],
    password_hash: str,
) -> AccountRow | None:
    """The new row, or None when the id or the e-mail address is taken."""
    row = insert(AccountRow).values(
        id=account_id, email=email, name=name, roles=list(roles), password_hash=password_hash
    )
    made: AccountRow | None = await session.scalar(
        row.on_conflict_do_nothing().returning(AccountRow)
    )
    return made


async def account_by_id(session: AsyncSession, account_id: UUID) -> AccountRow | None:
    row: AccountRow | None = await session.scalar(
        sa.select(AccountRow).where(AccountRow.id == account_id)
    )
    return row


async def accounts_by_id(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, AccountRow]:
    rows = await session.scalars(sa.select(AccountRow).where(AccountRow.id.in_(ids)))
    return {row.id: row for row in rows}


async def account_by_email(session: AsyncSession, email: str) -> AccountRow | None:
    row: AccountRow | None = await session.scalar(
        sa.select(AccountRow).where(AccountRow.email == email)
    )
    return row


async def find_accounts(
    session: AsyncSession, *, role: str | None, search: str | None, first: int
) -> Sequence[AccountRow]:
    """Newest first; `search` is part of the name or the e-mail address, in any case."""
    query = sa.select(AccountRow).order_by(AccountRow.created_at.desc(), AccountRow.id.desc())
    if role is not None:
        query = query.where(AccountRow.roles.contains([role]))
    if search:
        query = query.where(
            AccountRow.name.icontains(search, autoescape=True)
            | AccountRow.email.icontains(search, autoescape=True)
        )
    return (await session.scalars(query.limit(first))).all()
