"""What an invariant finds, and what all of them say together."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tests.torture.world import World

_SHOWN = 12
Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Violation:
    """Where to look (`service`, `subject` with its ids) and what is wrong with it.

    `lost` and `twice` count events and orders for the closing figures.
    """

    service: str
    subject: str
    wrong: str
    lost: int = 0
    twice: int = 0

    def __str__(self) -> str:
        return f"{self.service}: {self.subject}: {self.wrong}"


Check = Callable[[World], Awaitable[list[Violation]]]


@dataclass(frozen=True, slots=True)
class Invariant:
    """What must hold once everything has come to rest."""

    number: int
    title: str
    check: Check


@dataclass(frozen=True, slots=True)
class Finding:
    """One invariant looked at; `seconds` is what looking took."""

    invariant: Invariant
    violations: Sequence[Violation]
    seconds: float

    @property
    def text(self) -> str:
        """A line for one that holds; for a broken one what is wrong, cut at a dozen."""
        name = f"{self.invariant.number:>2}. {self.invariant.title}"
        if not self.violations:
            return f"holds   {name} ({self.seconds:.1f} s)"
        shown = [f"          {violation}" for violation in self.violations[:_SHOWN]]
        left = len(self.violations) - len(shown)
        more = [f"          … and {left} more"] if left > 0 else []
        return "\n".join([f"BROKEN  {name} ({self.seconds:.1f} s)", *shown, *more])


@dataclass(frozen=True, slots=True)
class Report:
    """All findings."""

    findings: Sequence[Finding]

    @property
    def broken(self) -> Sequence[Finding]:
        return [finding for finding in self.findings if finding.violations]

    @property
    def held(self) -> int:
        return len(self.findings) - len(self.broken)

    @property
    def lost(self) -> int:
        """Acknowledged orders and subscribed events that are nowhere."""
        return sum(v.lost for finding in self.findings for v in finding.violations)

    @property
    def twice(self) -> int:
        """Applications of an event beyond its first."""
        return sum(v.twice for finding in self.findings for v in finding.violations)

    def text(self) -> str:
        """One line an invariant, and below each broken one what is wrong."""
        return "\n".join(finding.text for finding in self.findings)
