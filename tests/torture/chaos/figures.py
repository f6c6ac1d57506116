"""What a run closes with."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figures:
    """One run in numbers; `converged` is None when it had not come to rest in time."""

    seed: int
    transport: str
    orders: int
    faults: int
    kinds: Mapping[str, int]
    events: int
    lost: int
    twice: int
    held: int
    broken: int
    converged: float | None

    @property
    def good(self) -> bool:
        return self.broken == 0 and self.converged is not None and not (self.lost or self.twice)

    @property
    def line(self) -> str:
        """The closing line."""
        rest = "not at rest" if self.converged is None else f"{self.converged:.1f} s to converge"
        return (
            f"seed {self.seed} · {self.transport} · {self.orders} orders · {self.faults} faults · "
            f"{self.events} events · {self.lost} lost · {self.twice} applied twice · invariants: "
            f"{self.held} held, {self.broken} broken · {rest}"
        )
