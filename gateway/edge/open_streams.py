"""The streams that are open at this gateway: how many one may have, and their end."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gateway.edge.refusal import Refusal


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """How many streams this process keeps open: for one caller, for one address, in all."""

    caller: int = 50
    address: int = 200
    all: int = 10_000


@dataclass(frozen=True, slots=True)
class StreamOwner:
    """Who has a stream open, and from where. Who has no name is counted by address alone."""

    address: str
    caller: str | None = None


class OpenStreams:
    """Counts streams, and ends them all when the process does."""

    def __init__(self, limits: StreamLimits | None = None) -> None:
        self._limits = limits or StreamLimits()
        self._held: Counter[tuple[str, str]] = Counter()
        self._ends: dict[int, Callable[[], None]] = {}
        self._closed = False

    def __len__(self) -> int:
        return len(self._ends)

    @contextmanager
    def opened(self, owner: StreamOwner, end: Callable[[], None]) -> Iterator[None]:
        """A stream that is open for the length of the block; `end` is called to end it earlier.

        Raises `Refusal` when its owner, or this process, has too many.
        """
        keys = [("address", owner.address)]
        if owner.caller is not None:
            keys.append(("caller", owner.caller))
        self._check(keys)
        place = id(end)
        self._ends[place] = end
        self._held.update(keys)
        try:
            if self._closed:
                end()
            yield
        finally:
            del self._ends[place]
            self._held.subtract(keys)
            for key in keys:
                if not self._held[key]:
                    del self._held[key]

    def close(self) -> None:
        """End every stream, and those that are still to come at once."""
        self._closed = True
        for end in list(self._ends.values()):
            end()

    def _check(self, keys: list[tuple[str, str]]) -> None:
        if len(self._ends) >= self._limits.all:
            raise Refusal(
                503,
                "STREAMS_EXHAUSTED",
                "No more streams can be opened here for the moment. Try again in a few seconds.",
                {"retry-after": "5"},
            )
        most = {"address": self._limits.address, "caller": self._limits.caller}
        for kind, name in keys:
            if self._held[kind, name] >= most[kind]:
                raise Refusal(
                    429,
                    "TOO_MANY_STREAMS",
                    f"At most {most[kind]} streams may be open for one {kind}. Close one first.",
                    {"retry-after": "5"},
                )
