"""The outbox: an event is committed with the rows that it tells of, or not at all."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import after_commit
from shared.ids import new_id
from shared.messaging.event import Event
from shared.messaging.outbox_rows import SqlOutboxRows, Written
from shared.messaging.wakeup import wake_relay


async def publish(
    session: AsyncSession,
    event: Event,
    *,
    aggregate_type: str,
    aggregate_id: UUID,
    correlation_id: UUID,
    actor: str | None = None,
) -> UUID:
    """Write `event` to the outbox of the open transaction; gives the event's id.

    Takes the aggregate's next version, which stays locked until the transaction ends. Raises
    CannotTravel, before anything is committed.
    """
    written = Written(
        id=new_id(),
        event=event,
        aggregate_type=aggregate_type,
        aggregate_id=aggregate_id,
        correlation_id=correlation_id,
        actor=actor,
    )
    await SqlOutboxRows(session).append(written)
    after_commit(session, "relay", lambda: wake_relay(session.info["database"]))
    return written.id
