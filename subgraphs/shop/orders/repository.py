"""All SQL on orders."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from db.search import mentioning
from shared.ids import new_id, order_reference
from subgraphs.shop.orders.lifecycle import BEFORE_PLACING, OrderEvent, OrderState
from subgraphs.shop.orders.tables import (
    OrderLineRow,
    OrderRow,
    OrderTransitionRow,
)

_WITH_LINES = selectinload(OrderRow.lines)
_TAKEN = sa.text("select exists (select from orders where reference = :reference)")
_LOCK_STATE = sa.text("select state from orders where id = :order_id for update")
_TAKE_STEP = sa.text("""
    with step as (
        insert into order_transition (order_id, at, from_state, to_state, event, note)
        values (:order_id, :at, :from_state, :to_state, :event, :note)
    )
    update orders set
        updated_at = :at,
        state = case when :late then state else :to_state end,
        delivered_at = case
            when :late then delivered_at
            else coalesce(cast(:delivered_at as timestamptz), delivered_at)
        end,
        problem_code = case when :late then problem_code end,
        problem_message = case when :late then problem_message end
    where id = :order_id
""")


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list of orders is narrowed to; None and empty narrow nothing.

    `owners`: of one of these persons or partners. `search`: a part of the reference or the
    partner's own reference and, with `by_customer`, of the customer's name or e-mail address:
    whoever may not see those must not guess them letter by letter either.
    """

    owners: Sequence[UUID] | None = None
    states: Collection[OrderState] | None = None
    search: str | None = None
    by_customer: bool = False


async def unused_id(session: AsyncSession, make: Callable[[], UUID] = new_id) -> UUID:
    """An id for a new order whose reference no other order has.

    A reference has 40 bits: among ten million orders, one new one in 100,000 would meet another.
    """
    while True:
        order_id = make()
        if not await session.scalar(_TAKEN, {"reference": order_reference(order_id)}):
            return order_id


async def by_ids(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, OrderRow]:
    """Those of the orders that exist, with their lines."""
    query = sa.select(OrderRow).where(OrderRow.id.in_(ids)).options(_WITH_LINES)
    return {row.id: row for row in await session.scalars(query)}


async def lock(
    session: AsyncSession, order_id: UUID, *, with_lines: bool = True
) -> OrderRow | None:
    """The order, which nobody else changes until the transaction ends, with its lines."""
    query = sa.select(OrderRow).where(OrderRow.id == order_id)
    if with_lines:
        query = query.options(_WITH_LINES)
    locked = query.with_for_update(of=OrderRow).execution_options(populate_existing=True)
    return (await session.scalars(locked)).one_or_none()


async def lock_state(session: AsyncSession, order_id: UUID) -> OrderState | None:
    """The state of an order, which is locked until the transaction ends; None without an order."""
    state = await session.scalar(_LOCK_STATE, {"order_id": order_id})
    return None if state is None else OrderState(state)


async def take_step(
    session: AsyncSession,
    order_id: UUID,
    *,
    at: datetime,
    from_state: OrderState,
    to_state: OrderState,
    event: OrderEvent,
    note: str | None,
    late: bool,
    delivered_at: datetime | None,
) -> None:
    """Write a step of a locked order into its history and, unless it came too late, the state that
    it leads to into the order, and when it was delivered, where that is said; a problem ends with
    the state that it belongs to."""
    step = {
        "order_id": order_id,
        "at": at,
        "from_state": from_state,
        "to_state": to_state,
        "event": event,
        "note": note,
        "late": late,
        "delivered_at": delivered_at,
    }
    await session.execute(_TAKE_STEP, step)


async def lock_basket_of(session: AsyncSession, person: UUID) -> None:
    """Let two first lines of one person take turns, so that they share one basket."""
    key = (person.int ^ person.int >> 64) & ((1 << 63) - 1)
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


async def basket_id(session: AsyncSession, owners: Sequence[UUID]) -> UUID | None:
    """The newest order that is not placed yet, of the shop's channel."""
    query = (
        sa.select(OrderRow.id)
        .where(
            OrderRow.owner_id.in_(owners),
            OrderRow.channel == "SHOP",
            OrderRow.state.in_(_written(BEFORE_PLACING)),
        )
        .order_by(OrderRow.id.desc())
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()


async def page(
    session: AsyncSession, wanted: Filter, before: UUID | None, limit: int
) -> Sequence[OrderRow]:
    """Newest first, those older than `before`; an id begins with the time, so it is the key."""
    query = _filtered(sa.select(OrderRow).options(_WITH_LINES), wanted)
    if before is not None:
        query = query.where(OrderRow.id < before)
    return (await session.scalars(query.order_by(OrderRow.id.desc()).limit(limit))).all()


async def count(session: AsyncSession, wanted: Filter, limit: int) -> int:
    """How many there are, counted up to `limit`."""
    found = _filtered(sa.select(OrderRow.id), wanted).limit(limit).subquery()
    return await session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


async def history_of(
    session: AsyncSession, ids: Collection[UUID]
) -> dict[UUID, list[OrderTransitionRow]]:
    """The steps of each of the orders, oldest first."""
    query = sa.select(OrderTransitionRow).where(OrderTransitionRow.order_id.in_(ids))
    steps: dict[UUID, list[OrderTransitionRow]] = {order_id: [] for order_id in ids}
    for row in await session.scalars(query.order_by(OrderTransitionRow.id)):
        steps[row.order_id].append(row)
    return steps


async def waiting_for_model(session: AsyncSession, model_id: UUID) -> Sequence[UUID]:
    """Orders before placing with a line of this model, in the order in which to lock them."""
    query = (
        sa.select(OrderRow.id)
        .join(OrderLineRow, OrderLineRow.order_id == OrderRow.id)
        .where(OrderLineRow.model_id == model_id, OrderRow.state.in_(BEFORE_PLACING))
        .distinct()
        .order_by(OrderRow.id)
    )
    return (await session.scalars(query)).all()


async def name_model(session: AsyncSession, model_id: UUID, file_name: str) -> None:
    """Write the file's name into the lines that were added before it was known."""
    await session.execute(
        sa.update(OrderLineRow)
        .where(OrderLineRow.model_id == model_id, OrderLineRow.file_name == "")
        .values(file_name=file_name)
    )


async def name_customer(session: AsyncSession, owner: UUID, name: str, email: str) -> None:
    """Write name and address into the orders that a visitor made before registering."""
    await session.execute(
        sa.update(OrderRow)
        .where(OrderRow.owner_id == owner, OrderRow.customer_email == "")
        .values(customer_name=name, customer_email=email)
    )


async def due(
    session: AsyncSession,
    states: Collection[OrderState],
    moment: sa.orm.InstrumentedAttribute[datetime] | sa.orm.InstrumentedAttribute[datetime | None],
    before: datetime,
    *,
    but: Collection[UUID] = (),
    limit: int = 50,
) -> Sequence[UUID]:
    """Orders in `states`, `but` these, whose `moment` lies before `before`, the longest overdue
    first."""
    query = (
        sa.select(OrderRow.id)
        .where(OrderRow.state.in_(_written(states)), moment < before, OrderRow.id.not_in(but))
        .order_by(moment)
        .limit(limit)
    )
    return (await session.scalars(query)).all()


def _filtered(query: sa.Select[Any], wanted: Filter) -> sa.Select[Any]:
    if wanted.owners is not None:
        query = query.where(OrderRow.owner_id.in_(wanted.owners))
    if wanted.states:
        query = query.where(OrderRow.state.in_(wanted.states))
    if wanted.search:
        columns = [OrderRow.reference, OrderRow.partner_reference]
        if wanted.by_customer:
            columns += [OrderRow.customer_name, OrderRow.customer_email]
        query = query.where(mentioning(wanted.search, columns))
    return query


def _written(states: Collection[OrderState]) -> "sa.BindParameter[list[OrderState]]":
    """States written out, not bound: a plan for any states could not use an index made for some."""
    return sa.bindparam("states", sorted(states), expanding=True, literal_execute=True)
