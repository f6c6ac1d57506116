"""A bounded memory for answers that may be a little old."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """Answers kept for a while, at most `most` of them; the least recently asked goes first.

    An answer is fresh for `fresh` seconds and still known for `known` seconds, for the time in
    which nobody can be asked.
    """

    def __init__(
        self,
        *,
        most: int,
        fresh: float,
        known: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = most
        self._fresh = fresh
        self._known = max(fresh, known)
        self._clock = clock
        self._answers: OrderedDict[str, tuple[float, Value]] = OrderedDict()

    def fresh(self, key: str) -> tuple[Value] | None:
        """The answer, wrapped so that None can be one; None when it has to be asked again."""
        return self._within(key, self._fresh)

    def known(self, key: str) -> tuple[Value] | None:
        """The answer although it may be out of date."""
        return self._within(key, self._known)

    def remember(self, key: str, value: Value) -> None:
        self._answers[key] = (self._clock(), value)
        self._answers.move_to_end(key)
        while len(self._answers) > self._most:
            self._answers.popitem(last=False)

    def forget(self, key: str) -> None:
        self._answers.pop(key, None)

    def __len__(self) -> int:
        return len(self._answers)

    def _within(self, key: str, seconds: float) -> tuple[Value] | None:
        kept = self._answers.get(key)
        if kept is None:
            return None
        since, value = kept
        if self._clock() - since >= seconds:
            return None
        self._answers.move_to_end(key)
        return (value,)
