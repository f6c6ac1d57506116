"""An order as it changes."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from uuid import UUID

from shared.errors import DomainError, NotFound
from shared.graphql import Info
from shared.live import Follower, LiveHub
from subgraphs.shop.orders.lifecycle import OrderState
from subgraphs.shop.orders.types import Order

LOOK_AGAIN_SECONDS = 5.0
_AT_AN_END = frozenset(
    {OrderState.CLOSED, OrderState.REJECTED, OrderState.CANCELLED, OrderState.EXPIRED}
)


async def order_changes(info: Info, order_id: str) -> AsyncGenerator[Order, None]:
    """The order as it is now, then as it is after each change, until its end.

    A hint tells of a change at once; since hints may be lost, the order is looked at every
    `LOOK_AGAIN_SECONDS` as well. What the caller may see is decided anew each time. Raises
    NotFound, and DomainError when this service ends first.
    """
    async with AsyncExitStack() as following:
        follower = await _follower(following, info.context.runtime.live, order_id)
        hinted, shown = True, None
        while True:
            info.context.forget()
            order = await Order.visible(info, order_id)
            if order is None:
                raise NotFound(
                    "There is no such order, or it is not yours to see. Look for it among myOrders."
                )
            if hinted or order.updated_at != shown:
                shown = order.updated_at
                yield order
            if order.state in _AT_AN_END:
                return
            changed = await follower.next(LOOK_AGAIN_SECONDS)
            if changed is None:
                raise DomainError(
                    "The shop restarts. Subscribe again in a moment.", "SERVICE_RESTARTS"
                )
            hinted = bool(changed)


async def _follower(following: AsyncExitStack, hub: LiveHub | None, order_id: str) -> Follower:
    try:
        topics = frozenset({f"order:{UUID(order_id)}"})
    except ValueError:
        topics = frozenset()
    if hub is None:
        return Follower(topics)
    return await following.enter_async_context(hub.follow(topics))
