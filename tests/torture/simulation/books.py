"""What the simulated services keep in their databases besides the messaging tables."""

from typing import Any
from uuid import UUID

from shared.messaging.envelope import Envelope
from subgraphs.shop.orders.lifecycle import OrderEvent, OrderState, is_late, next_state
from tests.torture.simulation.database import Session
from tests.torture.simulation.store import Row, Statement, Work

HANDLED, COUNTER = "handled", "counter"
ORDER, HISTORY = "order", "history"
BUSINESS = (HANDLED, COUNTER, ORDER, HISTORY, "price", "pricing_job", "pricing_part", "outbox")
"""The tables that a replay must leave as they are."""


async def note_handled(session: Session, consumer: str, envelope: Envelope) -> None:
    """The handler's own effect, which is not idempotent: one more, and in which order."""

    def statement(work: Work) -> Statement[None]:
        place = (consumer, envelope.producer, envelope.aggregate_id)
        if not (yield from work.insert(COUNTER, place, {"n": 1})):
            row = yield from work.lock(COUNTER, place)
            assert row is not None
            yield from work.update(COUNTER, place, n=row["n"] + 1)
        note = {
            "consumer": consumer,
            "event_id": envelope.id,
            "producer": envelope.producer,
            "aggregate_id": envelope.aggregate_id,
            "version": envelope.aggregate_version,
            "correlation_id": envelope.correlation_id,
        }
        yield from work.insert(HANDLED, work.store.next_value(HANDLED), note)

    await session.run(statement(session.open_work))


async def add_order(session: Session, order_id: UUID) -> bool:
    """A new order; False when it is there, as a repeated command finds it."""
    row = {"state": None, "revision": 0, "price": None}
    return await session.run(session.open_work.insert(ORDER, order_id, row))


async def lock_order(session: Session, order_id: UUID) -> Row | None:
    return await session.run(session.open_work.lock(ORDER, order_id))


async def move(session: Session, order_id: UUID, event: OrderEvent, **values: Any) -> bool:
    """One step by the shop's own table, kept in the history; False when it came too late.

    The order's row is locked. Raises TransitionRefused.
    """
    row = session.open_work.get(ORDER, order_id)
    assert row is not None
    came_from: OrderState | None = row["state"]
    target, late = next_state(came_from, event), is_late(came_from, event)

    def statement(work: Work) -> Statement[None]:
        step = {"order_id": order_id, "event": event, "from": came_from, "to": target}
        yield from work.insert(HISTORY, work.store.next_value(HISTORY), step)
        yield from work.update(ORDER, order_id, state=target, **({} if late else values))

    await session.run(statement(session.open_work))
    return not late
