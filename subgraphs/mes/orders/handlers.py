"""What mes does when an order is to be priced, or needs no price any more."""

from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging import Envelope
from shared.messaging.consumer import Handler
from shared.messaging.event import Event
from shared.messaging.events import OrderCancelled, OrderExpired, OrderPricingRequested
from subgraphs.mes.orders.service import OrderPricing


def handlers(pricing: OrderPricing) -> dict[type[Event], Handler]:
    """By event."""

    async def requested(session: AsyncSession, event: OrderPricingRequested, _: Envelope) -> None:
        await pricing.request(session, event)

    async def cancelled(session: AsyncSession, event: OrderCancelled, _: Envelope) -> None:
        await pricing.end(session, event.order_id)

    async def expired(session: AsyncSession, event: OrderExpired, _: Envelope) -> None:
        await pricing.end(session, event.order_id)

    return {
        OrderPricingRequested: requested,
        OrderCancelled: cancelled,
        OrderExpired: expired,
    }
