"""What waits, in the graph."""

from datetime import datetime
from typing import Self

from strawberry import federation

from shared.delivery import health


@federation.type(shareable=True)
class DeliveryOutgoing:
    """Events that the bus has not confirmed yet."""

    unpublished: int
    oldest_at: datetime | None

    @classmethod
    def of(cls, found: health.Outgoing) -> Self:
        return cls(unpublished=found.unpublished, oldest_at=found.oldest_at)


@federation.type(shareable=True)
class DeliveryReader:
    """A consumer that reads this service's events; `oldestAt` is that of those not confirmed."""

    consumer: str
    behind: int
    oldest_at: datetime | None
    confirmed_at: datetime | None

    @classmethod
    def of(cls, found: health.Reader) -> Self:
        return cls(
            consumer=found.consumer,
            behind=found.behind,
            oldest_at=found.oldest_at,
            confirmed_at=found.confirmed_at,
        )


@federation.type(shareable=True)
class DeliveryConsumer:
    """What one consumer of this service has received and not applied."""

    name: str
    retrying: int
    next_attempt_at: datetime | None
    parked: int
    oldest_parked_at: datetime | None
    dead: int

    @classmethod
    def of(cls, found: health.Incoming) -> Self:
        return cls(
            name=found.consumer,
            retrying=found.retrying,
            next_attempt_at=found.next_attempt_at,
            parked=found.parked,
            oldest_parked_at=found.oldest_parked_at,
            dead=found.dead,
        )


@federation.type(shareable=True)
class DeliveryWatermark:
    """When a consumer last came further in comparing what it has with what a producer sent."""

    consumer: str
    producer: str
    checked_at: datetime | None

    @classmethod
    def of(cls, found: health.Compared) -> Self:
        return cls(consumer=found.consumer, producer=found.producer, checked_at=found.checked_at)
