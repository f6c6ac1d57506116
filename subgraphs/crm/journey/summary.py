"""Events in words, for people who follow an order. Names stay out: customers read this too."""

from collections.abc import Callable
from typing import Any

from shared.messaging import Event
from shared.messaging.events import (
    FileExpired,
    FileRejected,
    FileUploaded,
    OrderCancelled,
    OrderClosed,
    OrderConfirmed,
    OrderCreated,
    OrderDelivered,
    OrderExpired,
    OrderManufactured,
    OrderPriceCalculated,
    OrderPricingFailed,
    OrderPricingRequested,
    OrderRejected,
    OrderShipped,
    ProductionProblemReported,
    ProductionResumed,
    ProductionStarted,
    WorkClaimed,
    WorkReleased,
)
from shared.money import Money
from subgraphs.crm.journey.progress import FOR_A_PERSON


def _uploaded(event: FileUploaded) -> str:
    size = " × ".join(f"{side:g}" for side in event.facts.box_mm)
    return f"{event.file_name} was uploaded and checked: {size} mm."


def _requested(event: OrderPricingRequested) -> str:
    return f"A price was asked for {_parts(len(event.lines))} (revision {event.revision})."


def _priced(event: OrderPriceCalculated) -> str:
    price = Money(event.total, event.currency).text
    if event.by_hand:
        return f"A person made the price: {price} (revision {event.revision})."
    return f"The price is {price} (revision {event.revision})."


def _not_priced(event: OrderPricingFailed) -> str:
    if event.code == FOR_A_PERSON:
        return f"A person is asked for the price (revision {event.revision})."
    return f"No price: {event.message}"


def _created(event: OrderCreated) -> str:
    total = Money(event.order.total, event.order.currency).text
    how = "placed itself within the partner's limit" if event.automatic else "was placed"
    return f"The order {how}, for {total}."


def _confirmed(event: OrderConfirmed) -> str:
    how = "approved by rule" if event.automatic else "approved"
    return f"The order was {how}." + (f" {event.note}" if event.note else "")


def _problem(event: ProductionProblemReported) -> str:
    what = "is made anew" if event.kind == "SCRAP" else "is reworked"
    return f"A problem in production, the part {what}: {event.reason}"


def _parts(number: int) -> str:
    return "one part" if number == 1 else f"{number} parts"


_WORDS: dict[type[Event], Callable[[Any], str]] = {
    FileUploaded: _uploaded,
    FileRejected: lambda event: f"{event.file_name} cannot be made: {event.message}",
    FileExpired: lambda event: f"The file was removed from storage: {event.reason}",
    OrderPricingRequested: _requested,
    OrderPriceCalculated: _priced,
    OrderPricingFailed: _not_priced,
    OrderCreated: _created,
    OrderCancelled: lambda event: f"The order was cancelled. {event.reason}".strip(),
    OrderExpired: lambda event: f"The draft expired: {event.reason}.",
    OrderConfirmed: _confirmed,
    OrderRejected: lambda event: f"The order was rejected: {event.reason}",
    WorkClaimed: lambda _: "An operator took the order on.",
    WorkReleased: lambda _: "The operator gave the order back.",
    ProductionStarted: lambda _: "Production started.",
    ProductionProblemReported: _problem,
    ProductionResumed: lambda _: "Production goes on.",
    OrderManufactured: lambda _: "Everything is made.",
    OrderShipped: lambda event: (
        f"The parcel was handed to {event.carrier}, number {event.tracking_number}."
    ),
    OrderDelivered: lambda _: "The parcel was delivered.",
    OrderClosed: lambda _: "The order is closed.",
}


def summary(event: Event) -> str:
    """The event as a sentence; its name for one that nobody has put into words."""
    words = _WORDS.get(type(event))
    return type(event).__name__ if words is None else words(event)


def actor_in(event: Event) -> str | None:
    """Who did it, where the event itself says so."""
    for name in ("operator_name", "decided_by", "by"):
        value = getattr(event, name, None)
        if value:
            return str(value)
    return None
