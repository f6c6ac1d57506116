"""What a browser missed while its stream was interrupted."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable

_PAGE_AGE_MILLISECONDS = 2000
_LONGEST_MOMENT = 15


def now_in_milliseconds() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def told_from(said: str | None, now: int) -> int:
    """From when on a new stream tells changes: what its browser said, else two seconds ago."""
    if said and said.isascii() and said.isdigit() and len(said) <= _LONGEST_MOMENT:
        return int(said)
    return now - _PAGE_AGE_MILLISECONDS


class RecentChanges:
    """When each topic last changed, for the newest `most` topics.

    Times are milliseconds since 1970. Of what lies before the memory's beginning nothing is
    known, so it counts as changed.
    """

    def __init__(self, most: int = 10_000, clock: Callable[[], int] = now_in_milliseconds) -> None:
        self._most = most
        self._clock = clock
        self._changed: OrderedDict[str, int] = OrderedDict()
        self._known_from = clock()

    def remember(self, topic: str) -> None:
        """Note that `topic` changed now."""
        self._changed[topic] = self._clock()
        self._changed.move_to_end(topic)
        if len(self._changed) > self._most:
            _, self._known_from = self._changed.popitem(last=False)

    def forget(self) -> None:
        """Begin anew, as after a gap in which changes may have been missed."""
        self._changed.clear()
        self._known_from = self._clock()

    def changed_after(self, moment: int, topics: Iterable[str]) -> frozenset[str]:
        """Those of `topics` that changed, or may have changed, at `moment` or later."""
        if moment < self._known_from:
            return frozenset(topics)
        return frozenset(topic for topic in topics if self._changed.get(topic, -1) >= moment)
