"""What the shop does with the events of the other services about orders.

Each ends in one row of the order's table; what that does not allow is a dead letter.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Invalid, NotFound
from shared.messaging import Envelope
from shared.messaging.events import (
    AccountRegistered,
    OrderConfirmed,
    OrderDelivered,
    OrderManufactured,
    OrderPriceCalculated,
    OrderPricingFailed,
    OrderRejected,
    OrderShipped,
    ProductionProblemReported,
    ProductionResumed,
    ProductionStarted,
    WorkClaimed,
    WorkReleased,
)
from subgraphs.shop.models import repository as models
from subgraphs.shop.orders import repository
from subgraphs.shop.orders.lifecycle import OrderEvent, OrderState, is_outdated
from subgraphs.shop.orders.model_handlers import refuse
from subgraphs.shop.orders.placing import costs_at_most, place
from subgraphs.shop.orders.pricing import take_price
from subgraphs.shop.orders.tables import OrderRow
from subgraphs.shop.orders.transition import advance, move

_UNPRICED = frozenset({OrderState.PRICING, OrderState.NEEDS_ATTENTION})


async def account_registered(session: AsyncSession, event: AccountRegistered, _: Envelope) -> None:
    """A visitor's drafts get the name of whom it became."""
    await repository.name_customer(session, event.account_id, event.name, event.email)


async def price_calculated(session: AsyncSession, event: OrderPriceCalculated, _: Envelope) -> None:
    """Take the price, and place a partner's order that asked for it.

    A model may have expired while it was priced: then the order waits for its customer, as it does
    when the two news come the other way round.
    """
    order = await _answered(session, event.order_id, event.revision)
    if order is None:
        return
    refusal = await models.refusal_among(session, {line.model_id for line in order.lines})
    if refusal is not None and order.state in _UNPRICED:
        refuse(session, order, "MODEL_REFUSED", refusal)
        return
    if not move(session, order, OrderEvent.PRICE_CALCULATED):
        return
    take_price(order, event)
    if order.address is not None and costs_at_most(order, order.auto_place_up_to):
        await place(session, order, actor="the shop", automatic=True)


async def pricing_failed(session: AsyncSession, event: OrderPricingFailed, _: Envelope) -> None:
    """Show the customer what is wrong."""
    order = await _answered(session, event.order_id, event.revision)
    if order is not None and move(session, order, OrderEvent.PRICING_FAILED, note=event.message):
        order.problem_code, order.problem_message = event.code, event.message


async def confirmed(session: AsyncSession, event: OrderConfirmed, _: Envelope) -> None:
    """CRM approved."""
    await advance(session, event.order.order_id, OrderEvent.CONFIRMED, note=event.note or None)


async def rejected(session: AsyncSession, event: OrderRejected, _: Envelope) -> None:
    """CRM refused, and says why."""
    order = await _locked(session, event.order_id)
    if move(session, order, OrderEvent.REJECTED, note=event.reason):
        order.problem_code, order.problem_message = "REJECTED", event.reason


async def claimed(session: AsyncSession, event: WorkClaimed, _: Envelope) -> None:
    """An operator took the work."""
    await advance(session, event.order_id, OrderEvent.CLAIMED)


async def released(session: AsyncSession, event: WorkReleased, _: Envelope) -> None:
    """The operator gave it back."""
    await advance(session, event.order_id, OrderEvent.RELEASED)


async def production_started(session: AsyncSession, event: ProductionStarted, _: Envelope) -> None:
    """The part is being made: from here on it cannot be cancelled."""
    await advance(session, event.order_id, OrderEvent.PRODUCTION_STARTED)


async def problem_reported(
    session: AsyncSession, event: ProductionProblemReported, _: Envelope
) -> None:
    """Something went wrong in making it: it is mended, or made anew."""
    order = await _locked(session, event.order_id)
    if move(session, order, OrderEvent.PROBLEM_REPORTED, note=event.reason):
        order.problem_code, order.problem_message = event.kind, event.reason


async def production_resumed(session: AsyncSession, event: ProductionResumed, _: Envelope) -> None:
    """The part is mended."""
    await advance(session, event.order_id, OrderEvent.PRODUCTION_RESUMED)


async def manufactured(session: AsyncSession, event: OrderManufactured, _: Envelope) -> None:
    """All parts are made."""
    await advance(session, event.order_id, OrderEvent.MANUFACTURED)


async def shipped(session: AsyncSession, event: OrderShipped, _: Envelope) -> None:
    """The parcel is on its way."""
    note = f"{event.carrier} {event.tracking_number}".strip()
    await advance(session, event.order_id, OrderEvent.SHIPPED, note=note or None)


async def delivered(session: AsyncSession, event: OrderDelivered, _: Envelope) -> None:
    """The parcel has arrived; the order closes when its time to complain is over."""
    at = event.delivered_at
    await advance(session, event.order_id, OrderEvent.DELIVERED, delivered_at=at)


async def _locked(session: AsyncSession, order_id: UUID, *, with_lines: bool = False) -> OrderRow:
    order = await repository.lock(session, order_id, with_lines=with_lines)
    if order is None:
        raise NotFound(f"There is no order {order_id}.")
    return order


async def _answered(session: AsyncSession, order_id: UUID, revision: int) -> OrderRow | None:
    """The order that a price or a failure belongs to; None when its lines have changed since."""
    order = await _locked(session, order_id, with_lines=True)
    if revision > order.revision:
        raise Invalid(f"Revision {revision} of order {order_id} was never asked for.")
    return None if is_outdated(order.revision, revision) else order
