"""CRM and the workshop of the simulation: they answer the shop's steps with the next ones."""

from typing import Any

from shared.messaging import publish
from shared.messaging.envelope import Envelope
from subgraphs.shop.orders.lifecycle import OrderEvent
from tests.torture.simulation.traffic import SimulatedStep

E = OrderEvent
_REJECTED_OF_EIGHT = 1

_ANSWERS = {
    E.CONFIRMED: (E.CLAIMED, E.PRODUCTION_STARTED),
    E.PRODUCTION_STARTED: (E.PROBLEM_REPORTED, E.PRODUCTION_RESUMED, E.MANUFACTURED),
    E.MANUFACTURED: (E.SHIPPED, E.DELIVERED),
}


async def step_taken(session: Any, event: SimulatedStep, _: Envelope) -> None:
    step = OrderEvent(event.step)
    answers = _ANSWERS.get(step, ())
    if step is E.PLACED:
        answers = (E.REJECTED if event.order_id.int % 8 < _REJECTED_OF_EIGHT else E.CONFIRMED,)
    for answer in answers:
        await publish(
            session,
            SimulatedStep(order_id=event.order_id, step=answer),
            aggregate_type="order",
            aggregate_id=event.order_id,
            correlation_id=event.order_id,
        )
