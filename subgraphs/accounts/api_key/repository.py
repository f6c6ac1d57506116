"""API keys in the database."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.accounts.account.tables import AccountRow
from subgraphs.accounts.api_key.tables import ApiKeyRow

_USE_IS_NOTED_EVERY = timedelta(minutes=1)


async def insert_key(
    session: AsyncSession,
    *,
    key_id: UUID,
    account_id: UUID,
    name: str,
    prefix: str,
    key_hash: bytes,
) -> ApiKeyRow | None:
    """The new row, or None when that key exists already."""
    row = insert(ApiKeyRow).values(
        id=key_id, account_id=account_id, name=name, prefix=prefix, key_hash=key_hash
    )
    made: ApiKeyRow | None = await session.scalar(row.on_conflict_do_nothing().returning(ApiKeyRow))
    return made


async def keys_of(session: AsyncSession, account_id: UUID) -> Sequence[ApiKeyRow]:
    """Newest first, the revoked ones too."""
    return (
        await session.scalars(
            sa.select(ApiKeyRow)
            .where(ApiKeyRow.account_id == account_id)
            .order_by(ApiKeyRow.created_at.desc(), ApiKeyRow.id.desc())
        )
    ).all()


async def find_key(session: AsyncSession, key_id: UUID, account_id: UUID) -> ApiKeyRow | None:
    """One of the account's keys, also a revoked one."""
    query = sa.select(ApiKeyRow).where(ApiKeyRow.id == key_id, ApiKeyRow.account_id == account_id)
    return (await session.scalars(query)).one_or_none()


async def count_open_keys(session: AsyncSession, account_id: UUID) -> int:
    open_keys = sa.select(sa.func.count()).where(
        ApiKeyRow.account_id == account_id, ApiKeyRow.revoked_at.is_(None)
    )
    return await session.scalar(open_keys) or 0


async def revoke_key(session: AsyncSession, key_id: UUID, account_id: UUID) -> ApiKeyRow | None:
    """The key, revoked now or earlier; None when the account has no such key."""
    return await session.scalar(
        sa.update(ApiKeyRow)
        .where(ApiKeyRow.id == key_id, ApiKeyRow.account_id == account_id)
        .values(revoked_at=sa.func.coalesce(ApiKeyRow.revoked_at, sa.func.now()))
        .returning(ApiKeyRow)
    )


async def account_of_key(session: AsyncSession, key_hash: bytes) -> AccountRow | None:
    """The account whose open key this is; notes the use, at most once a minute."""
    account = await session.scalar(
        sa.select(AccountRow)
        .join(ApiKeyRow, ApiKeyRow.account_id == AccountRow.id)
        .where(ApiKeyRow.key_hash == key_hash, ApiKeyRow.revoked_at.is_(None))
    )
    if account is not None:
        await session.execute(
            sa.update(ApiKeyRow)
            .where(
                ApiKeyRow.key_hash == key_hash,
                ApiKeyRow.last_used_at.is_(None)
                | (ApiKeyRow.last_used_at < sa.func.now() - _USE_IS_NOTED_EVERY),
            )
            .values(last_used_at=sa.func.now())
        )
    return account
