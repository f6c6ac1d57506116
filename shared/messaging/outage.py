"""What a reader of the bus does while the transport is away: says so once, waits, tries again."""

import asyncio
import random

import structlog

_SHORTEST_SECONDS = 0.1
_LONGEST_SECONDS = 2.0
_log = structlog.get_logger(__name__)


class Outage:
    """The pauses of one reader: doubled from time to time, with jitter so that all the processes
    that a broker lost do not come back to it in the same instant."""

    def __init__(self, consumer: str, closing: asyncio.Event) -> None:
        self._consumer = consumer
        self._closing = closing
        self._chance = random.Random()  # noqa: S311 - jitter, not a secret
        self._pause = _SHORTEST_SECONDS
        self._told: str | None = None

    async def wait(self, reason: str) -> None:
        """Return after a pause, or at once when the bus is being closed."""
        if reason != self._told:
            self._told = reason
            _log.warning("bus is away, waiting for it", consumer=self._consumer, error=reason)
        pause = self._pause * self._chance.uniform(0.5, 1.0)
        self._pause = min(self._pause * 2, _LONGEST_SECONDS)
        try:
            await asyncio.wait_for(self._closing.wait(), pause)
        except TimeoutError:
            return

    def over(self) -> None:
        """The transport works again."""
        if self._told is not None:
            _log.info("bus is back", consumer=self._consumer)
        self._told = None
        self._pause = _SHORTEST_SECONDS
