"""When a message that could not be sent is tried again."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RetrySchedule:
    """Full jitter: a random part of an exponentially growing limit, so that messages that
    failed together do not come back together."""

    first_seconds: float = 2.0
    longest_seconds: float = 300.0
    attempts: int = 10

    def exhausted(self, attempts: int) -> bool:
        return attempts >= self.attempts

    def delay(self, attempts: int, draw: Callable[[float, float], float]) -> float:
        """Seconds to wait after `attempts` failed attempts; `draw(low, high)` picks in a range."""
        limit = min(self.longest_seconds, self.first_seconds * 2.0 ** min(attempts - 1, 30))
        return draw(0.0, limit)
