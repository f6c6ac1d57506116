"""The events of the simulated services."""

from uuid import UUID

from shared.messaging.event import Event


class SimulatedStep(Event):
    """Something happened to an order; `step` is one of the state table's events."""

    order_id: UUID
    step: str


class SimulatedPriceAsked(Event):
    """A shop wants to know what an order costs."""

    order_id: UUID
    revision: int


class SimulatedPriceGiven(Event):
    """The answer, once for each revision."""

    order_id: UUID
    revision: int
    price: int


class SimulatedPricingFailed(Event):
    """Its computing broke down too often."""

    order_id: UUID
    revision: int


class SimulatedNoise(Event):
    """Nobody has a handler for this: it only moves positions on."""

    number: int
