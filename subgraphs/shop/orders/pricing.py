"""Asking for a price, and taking it."""

from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Invalid
from shared.messaging import publish
from shared.messaging.events import (
    OrderPriceCalculated,
    OrderPricingRequested,
    RequestedLine,
)
from subgraphs.shop.orders.lifecycle import OrderEvent, OrderState
from subgraphs.shop.orders.line import rotation_of
from subgraphs.shop.orders.tables import OrderLineRow, OrderRow
from subgraphs.shop.orders.transition import record


async def request_price(
    session: AsyncSession,
    order: OrderRow,
    *,
    came_from: OrderState | None,
    actor: str,
    note: str | None = None,
) -> None:
    """Start the next revision of the order's lines and ask mes for its price.

    `came_from` is the order's state until now, None for a new one.
    """
    forget_price(order)
    order.revision += 1
    record(session, order, OrderEvent.PRICING_REQUESTED, note=note, came_from=came_from)
    await session.flush()
    event = OrderPricingRequested(
        order_id=order.id,
        revision=order.revision,
        channel=order.channel,
        owner_id=order.owner_id,
        partner_id=order.partner_id,
        customer_name=order.customer_name,
        customer_email=order.customer_email,
        reference=order.reference,
        lines=tuple(requested_line(line) for line in order.lines),
        currency=order.currency,
    )
    await publish(
        session,
        event,
        aggregate_type="order",
        aggregate_id=order.id,
        correlation_id=order.id,
        actor=actor,
    )


def forget_price(order: OrderRow) -> None:
    """The lines are about to change: no price of theirs is valid."""
    order.total = order.tax = order.price_expires_at = None
    order.warnings = []
    for line in order.lines:
        line.unit_price = line.total_price = None


def take_price(order: OrderRow, price: OrderPriceCalculated) -> None:
    """Write a price of the order's current revision into it.

    Raises Invalid when the price is not one of exactly these lines in this currency.
    """
    priced = {line.line_id: line for line in price.lines}
    if set(priced) != {line.id for line in order.lines} or price.currency != order.currency:
        raise Invalid(
            f"The price of revision {price.revision} does not fit the order's lines.",
            "PRICE_MISMATCH",
        )
    for line in order.lines:
        line.unit_price = priced[line.id].unit
        line.total_price = priced[line.id].total
    order.total = price.total
    order.tax = price.tax
    order.price_expires_at = price.valid_until
    order.warnings = list(price.warnings)


def requested_line(line: OrderLineRow) -> RequestedLine:
    """A line as mes prices it."""
    return RequestedLine(
        line_id=line.id,
        model_id=line.model_id,
        material=line.material,
        finish=line.finish,
        quantity=line.quantity,
        scale=line.scale,
        units=line.units,
        rotation=rotation_of(line.rotation),
        lead_time=line.lead_time,
    )
