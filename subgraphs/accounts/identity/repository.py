"""Which visitors an account once was, in the database."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.accounts.account.tables import AccountRow
from subgraphs.accounts.identity.tables import VisitorRow

MOST_VISITORS = 50


async def remember_visitor(session: AsyncSession, account_id: UUID, visitor_id: UUID) -> None:
    """From now on `account_id` also is `visitor_id`."""
    seen = insert(VisitorRow).values(account_id=account_id, visitor_id=visitor_id)
    await session.execute(
        seen.on_conflict_do_update(
            index_elements=[VisitorRow.account_id, VisitorRow.visitor_id],
            set_={"signed_in_at": sa.func.now()},
        )
    )


async def visitors_of(session: AsyncSession, account_id: UUID) -> tuple[UUID, ...]:
    """Whom the account signed in as, newest first; the token that names them must stay small.

    A visitor that has become an account of its own is not among them, whichever happened first:
    what that account has made since is nobody else's.
    """
    found = await session.scalars(
        sa.select(VisitorRow.visitor_id)
        .where(
            VisitorRow.account_id == account_id,
            ~sa.exists().where(AccountRow.id == VisitorRow.visitor_id),
        )
        .order_by(VisitorRow.signed_in_at.desc())
        .limit(MOST_VISITORS)
    )
    return tuple(found)
