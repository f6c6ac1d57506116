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


@dataclass(frozen=True, slots=True)
class Progress:
    """`last_event` is the newest that says where the order is; `revision` of its lines."""

    last_event: str
    last_at: datetime
    revision: int = 0
    ended: bool = False

    @classmethod
    def begun_with(cls, event: Event, at: datetime) -> Self:
        """The first that is heard of an order."""
        return cls(type(event).__name__, at, _revision(event), isinstance(event, ENDS))

    def after(self, event: Event, at: datetime) -> "Progress":
        """The progress with one more event, which may be older than what was heard before.

        An end stays the end: what others did before they heard of it changes nothing. An answer
        to a question that is no longer asked changes nothing either.
        """
        ended = self.ended or isinstance(event, ENDS)
        revision = max(self.revision, _revision(event))
        outdated = (
            isinstance(event, OrderPriceCalculated | OrderPricingFailed)
            and event.revision < self.revision
        )
        newer = isinstance(event, ENDS) or (not self.ended and at >= self.last_at and not outdated)
        if not newer:
            return Progress(self.last_event, self.last_at, revision, ended)
        return Progress(type(event).__name__, at, revision, ended)


def _revision(event: Event) -> int:
    return event.revision if isinstance(event, OrderPricingRequested) else 0
