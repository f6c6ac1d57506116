"""Writing the journey down: every event of every service, whatever it is."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.live import changed
from shared.messaging import Envelope, Event
from shared.messaging.events import (
    FileExpired,
    FileRejected,
    FileUploaded,
    OrderCreated,
    OrderPricingRequested,
)
from subgraphs.crm.journey import repository
from subgraphs.crm.journey.progress import Progress
from subgraphs.crm.journey.summary import actor_in, summary
from subgraphs.crm.journey.tables import JourneyOrderRow, JourneyStepRow

OF_MODELS = (FileUploaded, FileRejected, FileExpired)


async def every_event(session: AsyncSession, event: Event, envelope: Envelope) -> None:
    """One event, one step."""
    if isinstance(event, OF_MODELS):
        _write(session, event, envelope, model_id=event.model_id)
        orders = await repository.orders_with(session, event.model_id)
        changed(session, *(f"order:{order_id}" for order_id in orders))
    else:
        order_id = envelope.correlation_id
        _write(session, event, envelope, order_id=order_id)
        await _advance(session, event, envelope, order_id)
        changed(session, f"order:{order_id}")


async def _advance(session: AsyncSession, event: Event, envelope: Envelope, order_id: UUID) -> None:
    at = envelope.occurred_at
    row = await repository.lock_order(session, order_id, Progress.begun_with(event, at))
    before = Progress(row.last_event, row.last_at, row.revision, row.ended)
    after = before.after(event, at)
    row.last_event, row.last_at = after.last_event, after.last_at
    row.revision, row.ended = after.revision, after.ended
    await _learn(session, event, row)


async def _learn(session: AsyncSession, event: Event, row: JourneyOrderRow) -> None:
    """Whose order it is and which models it has; a visitor's becomes an account's when placed."""
    if isinstance(event, OrderPricingRequested):
        row.owner_id, row.partner_id = event.owner_id, event.partner_id
        await repository.link_models(session, row.id, (line.model_id for line in event.lines))
    elif isinstance(event, OrderCreated):
        row.owner_id, row.partner_id = event.order.owner_id, event.order.partner_id


def _write(
    session: AsyncSession,
    event: Event,
    envelope: Envelope,
    *,
    order_id: UUID | None = None,
    model_id: UUID | None = None,
) -> None:
    session.add(
        JourneyStepRow(
            event_id=envelope.id,
            order_id=order_id,
            model_id=model_id,
            at=envelope.occurred_at,
            service=envelope.producer,
            event=envelope.type,
            summary=summary(event),
            actor=envelope.headers.get("actor") or actor_in(event),
        )
    )
