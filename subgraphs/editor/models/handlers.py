"""Orders keep their models; when an order has ended, the time of keeping begins."""

from collections.abc import Sequence
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging import Consumer, Envelope
from shared.messaging.events import OrderCancelled, OrderClosed, OrderCreated, OrderExpired
from shared.messaging.subscriptions import SUBSCRIPTIONS
from subgraphs.editor.models.announcing import announce_gone
from subgraphs.editor.models.repository import ModelRepository

_log = structlog.get_logger(__name__)


def consumer(retention_days: int) -> Consumer:
    """The editor's part in what happens to orders."""

    async def created(session: AsyncSession, event: OrderCreated, _: Envelope) -> None:
        order, models = event.order, ModelRepository(session)
        for model_id in await models.hold(order.order_id, [line.model_id for line in order.lines]):
            # It expired in the moment in which the order was placed: that belongs on its journey.
            _log.error("ordered a model that is gone", order_id=str(order.order_id))
            await announce_gone(session, model_id, order.order_id)

    async def cancelled(session: AsyncSession, event: OrderCancelled, _: Envelope) -> None:
        await ended(session, event.order_id, ())

    async def expired(session: AsyncSession, event: OrderExpired, _: Envelope) -> None:
        await ended(session, event.order_id, ())

    async def closed(session: AsyncSession, event: OrderClosed, _: Envelope) -> None:
        await ended(session, event.order_id, event.model_ids)

    async def ended(session: AsyncSession, order_id: UUID, model_ids: Sequence[UUID]) -> None:
        models = ModelRepository(session)
        held = await models.let_go(order_id)
        await models.retain([*held, *model_ids], retention_days)

    return Consumer(
        name="editor",
        producers=SUBSCRIPTIONS["editor"],
        handlers={
            OrderCreated: created,
            OrderCancelled: cancelled,
            OrderExpired: expired,
            OrderClosed: closed,
        },
    )
