"""When an order has waited too long: how long, for whom, and what to do about it."""

from dataclasses import dataclass
from datetime import timedelta

from shared.messaging import Event
from shared.messaging.events import (
    OrderConfirmed,
    OrderCreated,
    OrderDelivered,
    OrderManufactured,
    OrderPricingFailed,
    OrderPricingRequested,
    OrderShipped,
    ProductionProblemReported,
    ProductionResumed,
    ProductionStarted,
    WorkClaimed,
    WorkReleased,
)
from subgraphs.crm.journey.progress import OFFER_AWAITED


@dataclass(frozen=True, slots=True)
class Wait:
    """After an event, an order waits for somebody; it is stuck once that takes `patience`."""

    patience: timedelta
    why: str
    what_to_do: str


_CLAIM = Wait(
    timedelta(hours=8),
    "It is approved, and no operator has claimed it.",
    "Ask the operators to claim it; a material or a machine may be missing.",
)
_MAKE = Wait(
    timedelta(hours=48),
    "It is in production and was not finished.",
    "Ask the operator who holds it whether the machine runs.",
)

_WAITS: dict[type[Event], Wait] = {
    OrderPricingRequested: Wait(
        timedelta(minutes=10),
        "A price was asked for, and none came.",
        "See whether the file is still being checked and whether the pricing workers run; "
        "look for dead letters of mes.",
    ),
    OrderPricingFailed: Wait(
        timedelta(hours=24),
        "It could not be priced, and its customer changed nothing.",
        "Tell the customer what is wrong with the part, or cancel the order.",
    ),
    OrderCreated: Wait(
        timedelta(hours=4),
        "It is placed, and nobody has approved or rejected it.",
        "Decide the review; without one, look for dead letters of crm.",
    ),
    OrderConfirmed: _CLAIM,
    WorkReleased: _CLAIM,
    WorkClaimed: Wait(
        timedelta(hours=8),
        "An operator claimed it and has not started.",
        "Ask the operator to start or to release it.",
    ),
    ProductionStarted: _MAKE,
    ProductionResumed: _MAKE,
    ProductionProblemReported: Wait(
        timedelta(hours=8),
        "A problem was reported, and production does not go on.",
        "Ask the operator for the rework, or an operator to claim it anew; tell the customer.",
    ),
    OrderManufactured: Wait(
        timedelta(hours=24),
        "It is made and has not left the house.",
        "Ask the operators to pack and ship it.",
    ),
    OrderShipped: Wait(
        timedelta(days=10),
        "It was shipped and has not arrived.",
        "Ask the carrier where the parcel is.",
    ),
    OrderDelivered: Wait(
        timedelta(days=45),
        "It was delivered and never closed.",
        "See whether the shop's sweeper runs.",
    ),
}

_OFFER = Wait(
    timedelta(hours=8),
    "A person is to make its price, and nobody has.",
    "Make the offer under Offers, or decline it with a reason.",
)

WAITS: dict[str, Wait] = {event.__name__: wait for event, wait in _WAITS.items()} | {
    OFFER_AWAITED: _OFFER
}
"""By the name of the newest event, or that an offer is awaited. A price waits as long as its
customer likes, an end for ever."""
