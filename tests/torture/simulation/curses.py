"""Which events harm their handlers, and how: decided by the seed, the same however often asked."""

from dataclasses import dataclass, field
from enum import Enum
from uuid import UUID
from zlib import crc32

from shared.messaging.envelope import Envelope

_MOST_MISHAPS = 4


class Curse(Enum):
    NONE = "none"
    POISON = "poison"
    DEADLY = "deadly"


@dataclass
class Curses:
    """`poison` and `deadly` of 1,000 (consumer, event) pairs fail for ever, until the cure: the
    one by an error, the other by the death of the process. `mishaps` of 1,000 tries fail once."""

    seed: int
    poison: int = 0
    deadly: int = 0
    mishaps: int = 0
    cured: bool = False
    _met: dict[tuple[str, UUID], int] = field(default_factory=dict)

    def of(self, consumer: str, producer: str, aggregate: UUID, version: int) -> Curse:
        """What lies on an event for a consumer; the cure does not change the answer."""
        drawn = self._draw(f"{consumer}:{producer}:{aggregate}:{version}")
        if drawn < self.poison:
            return Curse.POISON
        if drawn < self.poison + self.deadly:
            return Curse.DEADLY
        return Curse.NONE

    def mishap(self, consumer: str, envelope: Envelope) -> bool:
        """Whether this try fails; never so often that the event would die of it."""
        met = self._met.get((consumer, envelope.id), 0)
        if met >= _MOST_MISHAPS or self._draw(f"{consumer}:{envelope.id}:{met}") >= self.mishaps:
            return False
        self._met[consumer, envelope.id] = met + 1
        return True

    def _draw(self, what: str) -> int:
        return crc32(f"{self.seed}:{what}".encode()) % 1_000
