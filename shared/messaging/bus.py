"""The bus: a fast hint of what the producers' databases hold, behind one small interface."""

from collections.abc import AsyncIterator, Sequence
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
    """At least once, and in order for each producer while nothing fails."""

    async def publish(self, producer: str, bodies: Sequence[bytes]) -> None:
        """Return once the transport has confirmed every one. Raises BusUnavailable."""

    def deliveries(
        self, consumer: str, producers: Sequence[str]
    ) -> AsyncIterator[Sequence[Delivery]]:
        """Everything from `producers` that `consumer` has not acknowledged, then what comes.

        Endless, in batches as they arrive and never an empty one; a transport that is down is
        waited for. A consumer's first call starts at the oldest message that is kept.
        """

    async def acknowledge(self, consumer: str, deliveries: Sequence[Delivery]) -> None:
        """Never deliver these to `consumer` again. Raises BusUnavailable."""

    async def close(self) -> None:
        """Let the connections go."""
