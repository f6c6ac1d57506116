"""Placing an order at an accepted price."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Conflict
from shared.messaging import publish
from shared.messaging.events import OrderCreated, OrderedLine, OrderSnapshot, PostalAddress
from shared.money import Money
from subgraphs.shop.clock import now
from subgraphs.shop.orders.lifecycle import OrderEvent, OrderState, next_state
from subgraphs.shop.orders.pricing import requested_line
from subgraphs.shop.orders.tables import OrderRow
from subgraphs.shop.orders.transition import move


def is_same_placing(order: OrderRow, address: dict[str, str], accepted_total: int) -> bool:
    """Whether this is a repeated click on an order that is placed and still under way."""
    return (
        order.placed_at is not None
        and order.state is not OrderState.CANCELLED
        and order.total == accepted_total
        and order.address == address
    )


def check_acceptance(order: OrderRow, accepted_total: int, moment: datetime) -> None:
    """Raises TransitionRefused, or Conflict `PRICE_EXPIRED` or `PRICE_CHANGED`."""
    next_state(order.state, OrderEvent.PLACED)
    if order.price_expires_at is not None and order.price_expires_at <= moment:
        raise Conflict(
            "This price is no longer valid. A new one is on its way: look at it, then place the "
            "order again.",
            "PRICE_EXPIRED",
        )
    if order.total is None or order.total != accepted_total:
        current = Money(order.total or 0, order.currency)
        raise Conflict(
            f"The order costs {current.text}, not what you accepted. Look at the new price, then "
            "place the order again.",
            "PRICE_CHANGED",
            total=current.amount,
            currency=current.currency,
        )


def costs_at_most(order: OrderRow, limit: int | None) -> bool:
    """Whether a partner's order may place itself."""
    return limit is not None and order.total is not None and order.total <= limit


async def place(
    session: AsyncSession, order: OrderRow, *, actor: str, automatic: bool = False
) -> None:
    """Place a priced order that has its address, and tell everyone."""
    note = "placed itself: the price is within the partner's limit" if automatic else None
    move(session, order, OrderEvent.PLACED, note=note)
    order.placed_at = now()
    await publish(
        session,
        OrderCreated(order=snapshot(order), automatic=automatic),
        aggregate_type="order",
        aggregate_id=order.id,
        correlation_id=order.id,
        actor=actor,
    )


def snapshot(order: OrderRow) -> OrderSnapshot:
    """The order as its customer accepted it; only for an order with price and address."""
    if order.total is None or order.tax is None or order.address is None:
        raise Conflict("An order needs a price and an address before it is placed.", "NOT_READY")
    return OrderSnapshot(
        order_id=order.id,
        reference=order.reference,
        channel=order.channel,
        owner_id=order.owner_id,
        partner_id=order.partner_id,
        partner_reference=order.partner_reference,
        customer_name=order.customer_name,
        customer_email=order.customer_email,
        revision=order.revision,
        lines=tuple(
            OrderedLine(
                **requested_line(line).model_dump(),
                file_name=line.file_name,
                unit=line.unit_price or 0,
                total=line.total_price or 0,
            )
            for line in order.lines
        ),
        total=order.total,
        tax=order.tax,
        currency=order.currency,
        address=PostalAddress(**order.address),
        warnings=tuple(order.warnings),
    )
