"""Moving an order: the table decides, the history keeps it, open pages hear of it."""

from sqlalchemy.ext.asyncio import AsyncSession

from shared.live import changed
from subgraphs.shop.clock import now
from subgraphs.shop.orders.lifecycle import OrderEvent, OrderState, is_late, next_state
from subgraphs.shop.orders.tables import OrderRow, OrderTransitionRow

_OVER = "It came when the order was already {state}: nothing changes."


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
    target = next_state(came_from, event)
    late = is_late(came_from, event)
    moment = now()
    if late:
        over = _OVER.format(state=target.replace("_", " "))
        note = over if note is None else f"{note} ({over})"
    session.add(
        OrderTransitionRow(
            order_id=order.id,
            at=moment,
            from_state=came_from,
            to_state=target,
            event=event,
            note=note,
        )
    )
    order.updated_at = moment
    changed(session, f"order:{order.id}")
    if not late:
        order.state = target
        order.problem_code = order.problem_message = None
    return not late


def move(
    session: AsyncSession, order: OrderRow, event: OrderEvent, *, note: str | None = None
) -> bool:
    """As `record`, for an order that exists."""
    return record(session, order, event, note=note, came_from=order.state)
