"""The data of one response while it grows."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field

from gateway.federation.execution.merging import JsonObject, merge
from gateway.federation.execution.walks import Keys


@dataclass(slots=True)
class ResponseData:
    """What the subgraphs have answered, put together.

    Objects that are equal at the same path stay equal, for whatever is fetched for one is fetched
    for all; so they can become one, and be walked, completed and shaped once. But not while a
    fetch is on its way for them, or for what is within them: its answer would miss its place.
    """

    root: JsonObject = field(default_factory=dict)
    apart: bool = False
    """Must every object be one of its own, since what is fetched for equal ones may differ by
    what is above them?"""
    known: dict[int, list[JsonObject]] = field(default_factory=dict)
    """The objects at paths where equal ones have become one, each once, by the number of the
    search that found them."""
    _asked: list[Keys] = field(default_factory=list)

    def begin(self, ways: Iterable[Keys]) -> None:
        """Fetches for the objects at these paths are on their way."""
        self._asked += ways

    def end(self, ways: Iterable[Keys]) -> None:
        """They are answered."""
        for way in ways:
            self._asked.remove(way)

    def may_fold(self, way: Keys) -> bool:
        """May equal objects at the path become one?"""
        return not self.apart and not any(asked[: len(way)] == way for asked in self._asked)

    def forget(self, numbers: Iterable[int]) -> None:
        """There may be other objects now than these searches found."""
        for number in numbers:
            self.known.pop(number, None)

    def put(self, source: JsonObject, targets: Iterable[JsonObject]) -> None:
        """Put the fields of an answer into objects."""
        for target in targets:
            merge(target, deepcopy(source) if self.apart else source)
