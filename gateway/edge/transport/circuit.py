"""The circuit of one subgraph: whom nobody hears is not asked for a while."""

from dataclasses import dataclass
from enum import StrEnum

from gateway.edge.transport.patience import Patience


class State(StrEnum):
    """Closed: asked as usual. Open: not asked. Half open: one request tries."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half open"


@dataclass(frozen=True, slots=True)
class Permit:
    """Lets one request out; `trial`: it shows whether the subgraph is back."""

    began: float
    trial: bool = False


class Circuit:
    """Counts failures in a row, and says whether a request may go out.

    Times are seconds of any clock that never goes back. Whoever is let out has to tell how it
    went: `succeed`, `fail` or `give_back`.
    """

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._rest = patience.rest
        self._rests_until = 0.0
        self._answered_at = -1.0
        self.state = State.CLOSED
        self.failures = 0
        self.last_failure = ""

    def lets_out(self, now: float) -> Permit | None:
        """The permit for a request, if one may be sent now. While half open only one may."""
        if self.state is State.CLOSED:
            return Permit(now)
        if self.state is State.OPEN and now >= self._rests_until:
            self.state = State.HALF_OPEN
            return Permit(now, trial=True)
        return None

    def succeed(self, now: float) -> None:
        """The subgraph answered, whatever it said."""
        self._answered_at = now
        self.state = State.CLOSED
        self.failures = 0
        self.last_failure = ""
        self._rest = self._patience.rest

    def fail(self, permit: Permit, now: float, why: str) -> None:
        """The subgraph did not answer.

        That says nothing of it if it has answered another request since: then this one was too
        much for it, and whoever sends many such must not shut it for everybody. Nor does a
        request from before count against one that tries whether it is back.
        """
        if self._answered_at > permit.began:
            return
        self.failures += 1
        self.last_failure = why
        if permit.trial:
            self._rest = min(self._rest * 2, self._patience.longest_rest)
            self._open(now)
        elif self.state is State.CLOSED and 0 < self._patience.failures <= self.failures:
            self._open(now)

    def give_back(self, permit: Permit, now: float) -> None:
        """The request was abandoned by whoever sent it, which tells nothing of the subgraph."""
        if permit.trial and self.state is State.HALF_OPEN:
            self.state = State.OPEN
            self._rests_until = now

    def _open(self, now: float) -> None:
        self.state = State.OPEN
        self._rests_until = now + self._rest
