"""Confirmed orders become work; cancelled ones stop being it."""

from datetime import UTC, datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Conflict
from shared.live import changed
from shared.messaging.envelope import Envelope
from shared.messaging.events import OrderCancelled, OrderConfirmed, OrderedLine
from subgraphs.operator.pay import service as pay
from subgraphs.operator.work import repository
from subgraphs.operator.work.lifecycle import Step, WorkState
from subgraphs.operator.work.tables import WorkOrder

_log = structlog.get_logger(__name__)


async def order_confirmed(session: AsyncSession, event: OrderConfirmed, _: Envelope) -> None:
    """Put the order on the board, unless the shop has cancelled it meanwhile."""
    order = event.order
    await repository.lock_order(session, order.order_id)
    if await repository.is_cancelled(session, order.order_id):
        _log.info("confirmed after its cancellation; no work", order_id=str(order.order_id))
        return
    rule = await pay.rule_for(session, order.currency)
    now = datetime.now(UTC)
    session.add(
        WorkOrder(
            id=order.order_id,
            reference=order.reference,
            state=WorkState.AVAILABLE,
            version=1,
            owner_id=order.owner_id,
            partner_id=order.partner_id,
            lines=[_without_price(line) for line in order.lines],
            address=order.address.model_dump(mode="json"),
            order_total=order.total,
            currency=order.currency,
            pay=rule.whole(order.total),
            pay_rule=rule.version,
            created_at=now,
            updated_at=now,
        )
    )
    await session.flush()
    changed(session, "board", f"order:{order.order_id}")


async def order_cancelled(session: AsyncSession, event: OrderCancelled, _: Envelope) -> None:
    """Stop the work and remember the cancellation for a confirmation that comes later.

    Raises Conflict when the parcel has left: a person must decide what to do about it.
    """
    await repository.lock_order(session, event.order_id)
    await repository.add_cancelled(session, event.order_id, event.reason)
    if await repository.step(session, event.order_id, Step.CANCEL, None) is None:
        work = await repository.get(session, event.order_id)
        if work is not None and work.state is not WorkState.CANCELLED:
            raise Conflict(
                f"{work.reference} was cancelled after it left. Agree with the customer on a"
                " return, then discard this event.",
                "TOO_LATE_TO_CANCEL",
                state=work.state.value,
            )
        return
    changed(session, "board", f"order:{event.order_id}")


def _without_price(line: OrderedLine) -> dict[str, object]:
    return line.model_dump(mode="json", exclude={"unit", "total"})
