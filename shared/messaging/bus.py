"""The bus: a fast hint of what the producers' databases hold, behind one small interface."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol


class BusUnavailable(Exception):
    """The transport cannot be reached now; nothing was confirmed, try again later."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message as the transport gave it; `receipt` is the transport's own name for it.

    `earlier` is how often it was handed out before without being acknowledged, as far as the
    transport knows: whoever had it may have died of it.
    """

    producer: str
    receipt: str
    body: bytes
    earlier: int = 0


class Bus(Protocol):
    """At least once, and in order for each producer while nothing fails.

    What a transport itself loses, and what was published before a consumer's first call, it does
    not make good: that is the reconciler's part.
    """

    async def publish(self, producer: str, bodies: Sequence[bytes]) -> None:
        """Return once the transport has confirmed every one. Raises BusUnavailable.

        It raises in seconds when the transport is away, does not answer, refuses to write or has
        nowhere to keep a message. Some of `bodies` may have arrived then: publish all again.
        """

    def deliveries(
        self, consumer: str, producers: Sequence[str]
    ) -> AsyncGenerator[Sequence[Delivery], None]:
        """Everything from `producers` that `consumer` has not acknowledged, then what comes.

        Endless until the bus is closed, in batches as they arrive, of one to a hundred; after some
        batches it may wait for acknowledgements. A transport that is down is waited for, one that
        was wiped is set up anew. A consumer's first call starts at the oldest message that is kept
        for it. Several that read for one consumer share the messages, and have what a dead one of
        them took after some seconds at the latest. Closing the generator, like dying, gives back
        what was not acknowledged.
        """

    async def acknowledge(self, consumer: str, deliveries: Sequence[Delivery]) -> None:
        """Never deliver these to `consumer` again. Raises BusUnavailable.

        To be called on the bus that gave them. A connection that breaks may lose it, and those
        that were given before a break may be passed over: then they come again.
        """

    async def close(self) -> None:
        """Let the connections go, and end the deliveries that somebody waits for."""
