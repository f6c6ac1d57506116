"""How far an order came, from the events in whatever order they are heard."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from shared.messaging import Event
from shared.messaging.events import (
    OrderCancelled,
    OrderClosed,
    OrderExpired,
    OrderPriceCalculated,
    OrderPricingFailed,
    OrderPricingRequested,
    OrderRejected,
)

ENDS: tuple[type[Event], ...] = (OrderCancelled, OrderClosed, OrderExpired, OrderRejected)
_ANSWERS: tuple[type[Event], ...] = (OrderPriceCalculated, OrderPricingFailed)

_END_NAMES = frozenset(event.__name__ for event in ENDS)
FOR_A_PERSON = "ASK_A_PERSON"
OFFER_AWAITED = "OrderPricingFailed: ASK_A_PERSON"
"""Where an order is that waits for a person in the house, and not for its customer."""
_ANSWER_NAMES = frozenset(event.__name__ for event in _ANSWERS) | {OFFER_AWAITED}
_PRICING_NAMES = _ANSWER_NAMES | {OrderPricingRequested.__name__}

Place = tuple[int, int, bool, datetime, str]


@dataclass(frozen=True, slots=True)
class Progress:
    """`last_event` is the furthest that was heard; `revision` the newest that was asked for or
    answered."""

    last_event: str
    last_at: datetime
    revision: int = 0
    ended: bool = False

    @classmethod
    def begun_with(cls, event: Event, at: datetime) -> Self:
        """The first that is heard of an order."""
        return cls(_name(event), at, _revision(event), isinstance(event, ENDS))

    def after(self, event: Event, at: datetime) -> "Progress":
        """The progress with one more event. Whatever the order in which events are heard, and
        however the clocks of those who told of them differ, the same ones lead to the same."""
        ended = self.ended or isinstance(event, ENDS)
        revision = max(self.revision, _revision(event))
        name = _name(event)
        if _place(name, at, _revision(event)) > _place(
            self.last_event, self.last_at, self.revision
        ):
            return Progress(name, at, revision, ended)
        return Progress(self.last_event, self.last_at, revision, ended)


def _place(event: str, at: datetime, revision: int) -> Place:
    """How far along an event is, to be compared with others.

    An end stays the end: what others did before they heard of it changes nothing. Pricing comes
    before all that follows placing; in it a newer revision goes before an older one, and an answer
    before its question. Everything else is in the order of its time.
    """
    if event in _PRICING_NAMES:
        return 0, revision, event in _ANSWER_NAMES, at, event
    return 2 if event in _END_NAMES else 1, 0, False, at, event


def _name(event: Event) -> str:
    if isinstance(event, OrderPricingFailed) and event.code == FOR_A_PERSON:
        return OFFER_AWAITED
    return type(event).__name__


def _revision(event: Event) -> int:
    if isinstance(event, OrderPricingRequested | OrderPriceCalculated | OrderPricingFailed):
        return event.revision
    return 0
