"""Sessions and failed sign-ins in the database."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.accounts.account.tables import AccountRow
from subgraphs.accounts.session.tables import SessionRow, SignInAttemptsRow


async def insert_session(
    session: AsyncSession,
    *,
    session_id: UUID,
    token_hash: bytes,
    account_id: UUID,
    expires_at: datetime,
) -> None:
    session.add(
        SessionRow(
            id=session_id,
            token_hash=token_hash,
            account_id=account_id,
            expires_at=expires_at,
        )
    )
    await session.flush()


async def signed_in(
    session: AsyncSession, token_hash: bytes
) -> tuple[AccountRow, SessionRow] | None:
    """A session that is neither expired nor revoked, with its account."""
    found = await session.execute(
        sa.select(AccountRow, SessionRow)
        .join(SessionRow, SessionRow.account_id == AccountRow.id)
        .where(
            SessionRow.token_hash == token_hash,
            SessionRow.expires_at > sa.func.now(),
            SessionRow.revoked_at.is_(None),
        )
    )
    row = found.one_or_none()
    return None if row is None else (row[0], row[1])


async def revoke_session(session: AsyncSession, session_id: UUID) -> bool:
    """True when there was an open session to revoke."""
    revoked = await session.scalar(
        sa.update(SessionRow)
        .where(SessionRow.id == session_id, SessionRow.revoked_at.is_(None))
        .values(revoked_at=sa.func.now())
        .returning(SessionRow.id)
    )
    return revoked is not None


async def delete_sessions_ended_before(session: AsyncSession, moment: datetime) -> None:
    await session.execute(sa.delete(SessionRow).where(SessionRow.expires_at < moment))


async def locked_attempts(
    session: AsyncSession, email_hash: bytes, now: datetime
) -> SignInAttemptsRow:
    """The row of an e-mail address, made if need be; sign-ins at the same time take turns."""
    first = insert(SignInAttemptsRow).values(email_hash=email_hash, failures=0, last_at=now)
    await session.execute(first.on_conflict_do_nothing())
    return await session.get_one(SignInAttemptsRow, email_hash, with_for_update=True)


async def delete_attempts_before(session: AsyncSession, moment: datetime) -> None:
    await session.execute(sa.delete(SignInAttemptsRow).where(SignInAttemptsRow.last_at < moment))


async def forget_attempts(session: AsyncSession, email_hash: bytes) -> None:
    await session.execute(
        sa.delete(SignInAttemptsRow).where(SignInAttemptsRow.email_hash == email_hash)
    )
