"""What mes does when an order is to be priced."""

from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging import Envelope
from shared.messaging.consumer import Handler
from shared.messaging.event import Event
from shared.messaging.events import OrderPricingRequested
from subgraphs.mes.orders.service import OrderPricing


def handlers(pricing: OrderPricing) -> dict[type[Event], Handler]:
    """By event."""

    async def requested(session: AsyncSession, event: OrderPricingRequested, _: Envelope) -> None:
        await pricing.request(session, event)

    return {OrderPricingRequested: requested}
