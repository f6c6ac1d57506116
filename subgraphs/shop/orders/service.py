"""What people do to orders. Each function works in the caller's transaction."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Forbidden, NotFound
from shared.idempotency import claim
from shared.idempotency.claim import hash_of
from shared.identity import Identity, require
from shared.ids import new_id, order_reference
from shared.messaging import publish
from shared.messaging.events import OrderCancelled
from subgraphs.shop.clock import now
from subgraphs.shop.models.service import file_names
from subgraphs.shop.orders import repository
from subgraphs.shop.orders.access import (
    Ownership,
    may_cancel,
    may_read,
    owns,
    require_write,
)
from subgraphs.shop.orders.address import Address
from subgraphs.shop.orders.lifecycle import OrderEvent, OrderState, next_state
from subgraphs.shop.orders.line import Line, LineChange, check_lines, rotation_of
from subgraphs.shop.orders.placing import check_acceptance, is_same_placing, place
from subgraphs.shop.orders.pricing import forget_price, request_price
from subgraphs.shop.orders.tables import ChannelName, OrderLineRow, OrderRow
from subgraphs.shop.orders.transition import move

NO_SUCH_ORDER = "There is no such order. Open your orders to see which there are."


def ownership(order: OrderRow) -> Ownership:
    """Whose the order is."""
    return Ownership(order.owner_id, order.partner_id)


def actor(identity: Identity) -> str:
    """The caller's name in history and journey."""
    return identity.name or "a visitor"


def new_order(
    order_id: UUID,
    identity: Identity,
    owner_id: UUID,
    *,
    currency: str,
    channel: ChannelName = "SHOP",
    partner_id: UUID | None = None,
) -> OrderRow:
    """An order without lines that is in no state yet; its id is its correlation id for ever."""
    moment = now()
    return OrderRow(
        id=order_id,
        reference=order_reference(order_id),
        state=OrderState.DRAFT,
        revision=0,
        channel=channel,
        owner_id=owner_id,
        partner_id=partner_id,
        customer_name="" if identity.has("visitor") else identity.name,
        customer_email="" if identity.has("visitor") else identity.email,
        currency=currency,
        warnings=[],
        created_at=moment,
        updated_at=moment,
        touched_at=moment,
        lines=[],
    )


def add_line(order: OrderRow, line: Line, file_name: str, identity: Identity) -> None:
    """Put one more line at the end of the order."""
    order.lines.append(
        OrderLineRow(
            id=new_id(),
            position=max((row.position for row in order.lines), default=0) + 1,
            model_id=line.model_id,
            file_name=file_name,
            adders=list(identity.owners),
            material=line.material,
            finish=line.finish,
            quantity=line.quantity,
            scale=line.scale,
            units=line.units,
            rotation=list(line.rotation),
            lead_time=line.lead_time,
        )
    )


async def add_to_basket(
    session: AsyncSession, identity: Identity, line: Line, currency: str
) -> OrderRow:
    """Add a line to the caller's basket, or begin one, and ask for its price.

    Raises NotFound and Invalid for a model that the caller cannot order.
    """
    require_write(identity)
    names = await file_names(session, [line.model_id], identity.owners)
    await repository.lock_basket_of(session, identity.subject)
    basket = await repository.basket_id(session, identity.owners)
    order = None if basket is None else await repository.lock(session, basket)
    came_from = None if order is None else order.state
    if order is None:
        order_id = await repository.unused_id(session)
        order = new_order(order_id, identity, identity.subject, currency=currency)
        session.add(order)
        await session.flush()
    next_state(came_from, OrderEvent.PRICING_REQUESTED)
    add_line(order, line, names[line.model_id], identity)
    check_lines([line_of(row) for row in order.lines])
    order.touched_at = now()
    await request_price(session, order, came_from=came_from, actor=actor(identity))
    return order


async def add_to_basket_once(
    session: AsyncSession, identity: Identity, line: Line, currency: str, key: str | None
) -> OrderRow:
    """As `add_to_basket`; with a key that was sent before, the order that has the line already.

    Raises what `claim` raises besides.
    """
    require_write(identity)
    claimed = await claim(session, identity.subject, "addToBasket", key, hash_of(asdict(line)))
    if claimed.answer is not None:
        earlier = UUID(claimed.answer["orderId"])
        return (await repository.by_ids(session, [earlier]))[earlier]
    order = await add_to_basket(session, identity, line, currency)
    await claimed.keep({"orderId": str(order.id)})
    return order


async def change_line(
    session: AsyncSession, identity: Identity, order_id: UUID, line_id: UUID, change: LineChange
) -> OrderRow:
    """Change a line before placing and ask for a new price; no change asks for nothing.

    Raises NotFound, Invalid and TransitionRefused.
    """
    order = await _own(session, identity, order_id)
    next_state(order.state, OrderEvent.PRICING_REQUESTED)
    row = _line(order, line_id)
    wanted = change.applied_to(line_of(row))
    order.touched_at = now()
    if wanted == line_of(row):
        return order
    row.material = wanted.material
    row.finish = wanted.finish
    row.quantity = wanted.quantity
    row.scale = wanted.scale
    row.units = wanted.units
    row.rotation = list(wanted.rotation)
    row.lead_time = wanted.lead_time
    await request_price(session, order, came_from=order.state, actor=actor(identity))
    return order


async def remove_line(
    session: AsyncSession, identity: Identity, order_id: UUID, line_id: UUID
) -> OrderRow:
    """Remove a line before placing. Raises NotFound and TransitionRefused."""
    order = await _own(session, identity, order_id)
    next_state(order.state, OrderEvent.PRICING_REQUESTED)
    order.lines.remove(_line(order, line_id))
    order.touched_at = now()
    if order.lines:
        await request_price(session, order, came_from=order.state, actor=actor(identity))
    else:
        forget_price(order)
        order.revision += 1
        move(session, order, OrderEvent.EMPTIED)
        await session.flush()
    return order


async def place_order(
    session: AsyncSession,
    identity: Identity,
    order_id: UUID,
    address: Address,
    accepted_total: int,
) -> OrderRow:
    """Place a priced order at the total that the caller accepted, in minor units.

    The same click twice answers the same order. From here on the order belongs to the account,
    also when a visitor began it. Raises SignInRequired, Forbidden, NotFound and Conflict.
    """
    require(identity, "customer", "partner")
    order = await _own(session, identity, order_id)
    if is_same_placing(order, address.as_record(), accepted_total):
        return order
    check_acceptance(order, accepted_total, now())
    if order.owner_id in identity.also:
        order.owner_id = identity.subject
    if identity.email:
        order.customer_name, order.customer_email = identity.name, identity.email
    order.address = address.as_record()
    order.touched_at = now()
    await place(session, order, actor=actor(identity))
    return order


async def cancel_order(
    session: AsyncSession, identity: Identity, order_id: UUID, reason: str
) -> OrderRow:
    """Cancel before production; an order that is cancelled already stays as it is.

    Raises NotFound, Forbidden and TransitionRefused.
    """
    require_write(identity)
    order = await repository.lock(session, order_id)
    if order is None or not may_read(identity, ownership(order)):
        raise NotFound(NO_SUCH_ORDER)
    if not may_cancel(identity, ownership(order)):
        raise Forbidden("Ask the people of CRM to cancel this order.")
    if order.state is OrderState.CANCELLED:
        return order
    move(session, order, OrderEvent.CANCELLED, note=reason or None)
    event = OrderCancelled(
        order_id=order.id, reference=order.reference, by=actor(identity), reason=reason
    )
    await publish(
        session,
        event,
        aggregate_type="order",
        aggregate_id=order.id,
        correlation_id=order.id,
        actor=actor(identity),
    )
    return order


def line_of(row: OrderLineRow) -> Line:
    """The line as it was asked for."""
    return Line(
        model_id=row.model_id,
        material=row.material,
        finish=row.finish,
        quantity=row.quantity,
        scale=row.scale,
        units=row.units,
        rotation=rotation_of(row.rotation),
        lead_time=row.lead_time,
    )


async def _own(session: AsyncSession, identity: Identity, order_id: UUID) -> OrderRow:
    require_write(identity)
    order = await repository.lock(session, order_id)
    if order is None or not owns(identity, ownership(order)):
        raise NotFound(NO_SUCH_ORDER)
    return order


def _line(order: OrderRow, line_id: UUID) -> OrderLineRow:
    for row in order.lines:
        if row.id == line_id:
            return row
    raise NotFound("This line is no longer in the order. Reload it.")
