"""What a line does to what passes through it."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """FAIR forwards; CUT breaks every connection and refuses new ones; a BLACKHOLE keeps them all
    open and forwards nothing; DELAY forwards everything later."""

    FAIR = "fair"
    CUT = "cut"
    BLACKHOLE = "blackhole"
    DELAY = "delay"


@dataclass(frozen=True, slots=True)
class Weather:
    """`seconds` is how much later DELAY forwards."""

    kind: Kind = Kind.FAIR
    seconds: float = 0.0


FAIR = Weather()
