"""The outbox: an event is committed with the rows that it tells of, or not at all."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database, after_commit
from shared.ids import new_id
from shared.messaging.event import Event
from shared.messaging.tables import aggregate, outbox
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

    Takes the aggregate's next version. That row stays locked until the transaction ends, so that
    versions commit in the order of their numbers.
    """
    first = insert(aggregate).values(id=aggregate_id, version=1)
    version = await session.scalar(
        first.on_conflict_do_update(
            index_elements=[aggregate.c.id], set_={"version": aggregate.c.version + 1}
        ).returning(aggregate.c.version)
    )
    event_id = new_id()
    await session.execute(
        sa.insert(outbox).values(
            id=event_id,
            type=type(event).__name__,
            schema_version=event.schema_version,
            aggregate_type=aggregate_type,
            aggregate_id=aggregate_id,
            aggregate_version=version,
            correlation_id=correlation_id,
            payload=event.model_dump(mode="json"),
            headers={"actor": actor} if actor else {},
        )
    )
    database: Database = session.info["database"]
    after_commit(session, "relay", lambda: wake_relay(database))
    return event_id
