"""Remembers what was made of operations, within bounds of number and memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_PROVEN_SHARE = 0.8


@dataclass(slots=True)
class _Kept(Generic[V]):
    value: V
    weight: int


class PlanCache(Generic[K, V]):
    """At most `entries` values that together weigh at most `weight` (roughly bytes).

    What was asked for a second time is *proven*, and only further proven values, or its age,
    push it out: a flood of operations that nobody sends twice leaves the others alone. May be
    used from several threads.
    """

    def __init__(self, entries: int, weight: int) -> None:
        self._entries = entries
        self._weight = weight
        self._new: OrderedDict[K, _Kept[V]] = OrderedDict()
        self._proven: OrderedDict[K, _Kept[V]] = OrderedDict()
        self._weights = {id(self._new): 0, id(self._proven): 0}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._new) + len(self._proven)

    @property
    def weight(self) -> int:
        """What is kept weighs."""
        return sum(self._weights.values())

    def get(self, key: K) -> V | None:
        """The value, which counts as used."""
        with self._lock:
            kept = self._proven.get(key)
            if kept is not None:
                self._proven.move_to_end(key)
                return kept.value
            kept = self._remove(self._new, key)
            if kept is None:
                return None
            self._add(self._proven, key, kept)
            self._shrink()
            return kept.value

    def put(self, key: K, value: V, weight: int) -> None:
        """Keep the value, in place of an earlier one; one that is heavier than all is not kept."""
        kept = _Kept(value, weight)
        with self._lock:
            proven = self._remove(self._proven, key) is not None
            self._remove(self._new, key)
            if weight <= self._weight:
                self._add(self._proven if proven else self._new, key, kept)
                self._shrink()

    def _add(self, part: OrderedDict[K, _Kept[V]], key: K, kept: _Kept[V]) -> None:
        part[key] = kept
        self._weights[id(part)] += kept.weight

    def _remove(self, part: OrderedDict[K, _Kept[V]], key: K) -> _Kept[V] | None:
        kept = part.pop(key, None)
        if kept is not None:
            self._weights[id(part)] -= kept.weight
        return kept

    def _shrink(self) -> None:
        # The least used of the proven become new again, so that they get another chance.
        while self._proven and self._is_over(self._proven, _PROVEN_SHARE):
            key, kept = self._proven.popitem(last=False)
            self._weights[id(self._proven)] -= kept.weight
            self._add(self._new, key, kept)
        while len(self) > self._entries or self.weight > self._weight:
            part = self._new or self._proven
            _, kept = part.popitem(last=False)
            self._weights[id(part)] -= kept.weight

    def _is_over(self, part: OrderedDict[K, _Kept[V]], share: float) -> bool:
        return len(part) > self._entries * share or self._weights[id(part)] > self._weight * share
