"""Moving an order: the table decides, the history keeps it, open pages hear of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import NotFound
from shared.live import changed
from subgraphs.shop.clock import now
from subgraphs.shop.orders import repository
from subgraphs.shop.orders.lifecycle import OrderEvent, OrderState, is_late, next_state
from subgraphs.shop.orders.tables import OrderRow, OrderTransitionRow

_OVER = "It came when the order was already {state}: nothing changes."


@dataclass(frozen=True, slots=True)
class Step:
    """What an event does to an order; a late one only goes into its history."""

    target: OrderState
    late: bool
    note: str | None
    at: datetime


def step_of(came_from: OrderState | None, event: OrderEvent, note: str | None) -> Step:
    """Raises TransitionRefused."""
    target = next_state(came_from, event)
    late = is_late(came_from, event)
    if late:
        over = _OVER.format(state=target.replace("_", " "))
        note = over if note is None else f"{note} ({over})"
    return Step(target, late, note, now())


def record(
    session: AsyncSession,
    order: OrderRow,
    event: OrderEvent,
    *,
    note: str | None = None,
    came_from: OrderState | None,
) -> bool:
    """Apply `event` to an order in the state `came_from` (None for a new one).

    Writes the step to the history, late or not; gives whether the event had an effect. A problem
    ends with the state it belongs to. Raises TransitionRefused.
    """
    step = step_of(came_from, event, note)
    session.add(
        OrderTransitionRow(
            order_id=order.id,
            at=step.at,
            from_state=came_from,
            to_state=step.target,
            event=event,
            note=step.note,
        )
    )
    order.updated_at = step.at
    changed(session, f"order:{order.id}")
    if not step.late:
        order.state = step.target
        order.problem_code = order.problem_message = None
    return not step.late


def move(
    session: AsyncSession, order: OrderRow, event: OrderEvent, *, note: str | None = None
) -> bool:
    """As `record`, for an order that exists."""
    return record(session, order, event, note=note, came_from=order.state)


async def advance(
    session: AsyncSession,
    order_id: UUID,
    event: OrderEvent,
    *,
    note: str | None = None,
    delivered_at: datetime | None = None,
) -> None:
    """As `move`, for an event that changes nothing else of the order than when it was delivered: by
    two statements, and no row is loaded. Raises NotFound and TransitionRefused."""
    came_from = await repository.lock_state(session, order_id)
    if came_from is None:
        raise NotFound(f"There is no order {order_id}. Check the id.")
    step = step_of(came_from, event, note)
    await repository.take_step(
        session,
        order_id,
        at=step.at,
        from_state=came_from,
        to_state=step.target,
        event=event,
        note=step.note,
        late=step.late,
        delivered_at=delivered_at,
    )
    changed(session, f"order:{order_id}")
