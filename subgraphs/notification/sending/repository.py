"""SQL of the sender: taking messages that are due, and noting what became of them."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.notification.messages.tables import Notification, NotificationState

_now = sa.func.clock_timestamp
_ANY_DUE = sa.text("""
    select exists (
        select from notification where state = 'PENDING' and due_at <= statement_timestamp()
    )
""")
_SENT = sa.text("""
    update notification set state = 'SENT', sent_at = clock_timestamp(), last_error = null
    where id = :id and state = 'PENDING'
""")


async def any_due(session: AsyncSession) -> bool:
    """Whether messages may be due: a cheap question, asked again and again."""
    return bool(await session.scalar(_ANY_DUE))


async def take_due(session: AsyncSession, limit: int, lease: timedelta) -> Sequence[Notification]:
    """Take up to `limit` messages that nobody else is sending, oldest first; each counts as an
    attempt.

    They are due again after `lease`, so that they come back if this sender dies.
    """
    due = (
        sa.select(Notification.id)
        .where(Notification.state == NotificationState.PENDING, Notification.due_at <= _now())
        .order_by(Notification.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    statement = (
        sa.update(Notification)
        .where(Notification.id.in_(due))
        .values(attempts=Notification.attempts + 1, due_at=_now() + lease)
        .returning(Notification)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    taken = await session.scalars(statement)
    return sorted(taken, key=lambda notification: (notification.created_at, notification.id))


async def renew(session: AsyncSession, taken: Sequence[Notification], lease: timedelta) -> None:
    """Keep `taken` from being due for another `lease`; one that somebody else has taken meanwhile
    is left to them."""
    await session.execute(
        sa.update(Notification).where(*_still(*taken)).values(due_at=_now() + lease)
    )


async def sent(session: AsyncSession, notification_id: UUID) -> None:
    """The mail server has it, whoever else may have taken it since."""
    await session.execute(_SENT, {"id": notification_id})


async def failed(session: AsyncSession, taken: Notification, error: str) -> None:
    """No further attempt, unless a person asks for one."""
    await session.execute(
        sa.update(Notification)
        .where(*_still(taken))
        .values(state=NotificationState.FAILED, last_error=error)
    )


async def postpone(session: AsyncSession, taken: Notification, delay: float, error: str) -> None:
    """Due again after `delay` seconds."""
    await session.execute(
        sa.update(Notification)
        .where(*_still(taken))
        .values(due_at=_now() + timedelta(seconds=delay), last_error=error)
    )


async def give_back(
    session: AsyncSession, taken: Sequence[Notification], delay: float, error: str
) -> None:
    """Due again after `delay` seconds, and the attempt does not count."""
    await session.execute(
        sa.update(Notification)
        .where(*_still(*taken))
        .values(
            attempts=sa.func.greatest(Notification.attempts - 1, 0),
            due_at=_now() + timedelta(seconds=delay),
            last_error=error,
        )
    )


def _still(*taken: Notification) -> tuple[sa.ColumnElement[bool], ...]:
    """Those that nobody has taken since: who was stopped meanwhile says nothing of them."""
    attempt = sa.tuple_(Notification.id, Notification.attempts)
    return (
        attempt.in_([(one.id, one.attempts) for one in taken]),
        Notification.state == NotificationState.PENDING,
    )
