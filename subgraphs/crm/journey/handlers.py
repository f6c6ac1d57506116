"""Writing the journey down: every event of every service, whatever it is."""

from typing import Any
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
from subgraphs.crm.journey.tables import JourneyStepRow

OF_MODELS = (FileUploaded, FileRejected, FileExpired)


async def every_event(session: AsyncSession, event: Event, envelope: Envelope) -> None:
    """One event, one step."""
    if isinstance(event, OF_MODELS):
        session.add(JourneyStepRow(model_id=event.model_id, **_step(event, envelope)))
        orders = await repository.orders_with(session, event.model_id)
        changed(session, *(f"order:{order_id}" for order_id in orders))
    else:
        order_id = envelope.correlation_id
        await _advance(session, event, envelope, order_id)
        await _learn(session, event, order_id)
        changed(session, f"order:{order_id}")


async def _advance(session: AsyncSession, event: Event, envelope: Envelope, order_id: UUID) -> None:
    at = envelope.occurred_at
    first = Progress.begun_with(event, at)
    before = await repository.note_step(session, order_id, _step(event, envelope), first)
    after = before.after(event, at)
    if after != before:
        await repository.save_progress(session, order_id, after)


async def _learn(session: AsyncSession, event: Event, order_id: UUID) -> None:
    """Whose order it is and which models it has; a visitor's becomes an account's when placed."""
    if isinstance(event, OrderPricingRequested):
        await repository.save_owner(session, order_id, event.owner_id, event.partner_id)
        await repository.link_models(session, order_id, (line.model_id for line in event.lines))
    elif isinstance(event, OrderCreated):
        order = event.order
        await repository.save_owner(session, order_id, order.owner_id, order.partner_id)


def _step(event: Event, envelope: Envelope) -> dict[str, Any]:
    return {
        "event_id": envelope.id,
        "at": envelope.occurred_at,
        "service": envelope.producer,
        "event": envelope.type,
        "summary": summary(event),
        "actor": envelope.headers.get("actor") or actor_in(event),
    }
