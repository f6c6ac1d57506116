"""The messages' SQL."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.notification.messages.tables import Notification, NotificationState

_COLUMNS = (
    "id, order_id, kind, occasion, account_id, recipient, recipient_name, subject, body, html, "
    "message_id, state, attempts, due_at, created_at"
)
# As text, since SQLAlchemy compiles an "on conflict" anew each time.
_ADD = sa.text(
    f"insert into notification ({_COLUMNS}) values (:{_COLUMNS.replace(', ', ', :')})"  # noqa: S608
    " on conflict do nothing returning id"
)


async def add(session: AsyncSession, values: dict[str, object]) -> bool:
    """Add the message; False when the same was intended before."""
    return await session.scalar(_ADD, values) is not None


async def newest(
    session: AsyncSession,
    limit: int,
    *,
    state: NotificationState | None = None,
    account_ids: Sequence[UUID] | None = None,
) -> Sequence[Notification]:
    query = sa.select(Notification)
    if state is not None:
        query = query.where(Notification.state == state)
    if account_ids is not None:
        query = query.where(Notification.account_id.in_(account_ids))
    query = query.order_by(Notification.created_at.desc(), Notification.id.desc()).limit(limit)
    return (await session.scalars(query)).all()


async def get(session: AsyncSession, notification_id: UUID) -> Notification | None:
    return await session.get(Notification, notification_id)


async def of_orders(
    session: AsyncSession, order_ids: Sequence[UUID]
) -> dict[UUID, list[Notification]]:
    """The messages about each order, oldest first."""
    query = sa.select(Notification).where(Notification.order_id.in_(order_ids))
    found: dict[UUID, list[Notification]] = {order_id: [] for order_id in order_ids}
    for row in await session.scalars(query.order_by(Notification.created_at, Notification.id)):
        found[row.order_id].append(row)
    return found


async def send_again(session: AsyncSession, notification_id: UUID) -> Notification | None:
    """Make it due now with all its attempts before it; None when it does not exist."""
    statement = (
        sa.update(Notification)
        .where(Notification.id == notification_id)
        .values(
            state=NotificationState.PENDING,
            attempts=0,
            last_error=None,
            due_at=sa.func.clock_timestamp(),
        )
        .returning(Notification)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    found: Notification | None = await session.scalar(statement)
    return found
