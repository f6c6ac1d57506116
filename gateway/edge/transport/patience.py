"""How long and how often a subgraph is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Patience:
    """What a subgraph is granted; times in seconds.

    `deadline` covers one fetch with all its repetitions. A query whose connection breaks is sent
    up to `attempts` times, after a pause of random length that is at most `first_pause` and
    doubles; a mutation is sent once. After `failures` in a row the circuit opens: for `rest`
    nothing is sent, then one request tries. `rest` doubles up to `longest_rest` while that fails.
    0 failures: the circuit stays closed.
    """

    deadline: float = 10.0
    attempts: int = 3
    first_pause: float = 0.05
    failures: int = 10
    rest: float = 1.0
    longest_rest: float = 10.0


@dataclass(frozen=True, slots=True)
class Patiences:
    """The patience with each subgraph: one for all, and others by name."""

    usual: Patience = field(default_factory=Patience)
    special: Mapping[str, Patience] = field(default_factory=dict)

    def of(self, subgraph: str) -> Patience:
        """The patience with this subgraph."""
        return self.special.get(subgraph, self.usual)
