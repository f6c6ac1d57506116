"""The data of one response while it grows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import cast

from gateway.federation.execution.merging import JsonObject, merge
from gateway.federation.execution.walks import Holder, Step


@dataclass(slots=True)
class ResponseData:
    """What the subgraphs have answered, put together.

    Objects that are equal at the same path stay equal, for whatever is fetched for one is fetched
    for all; so they can become one, and be walked, completed and shaped once.
    """

    root: JsonObject = field(default_factory=dict)
    _folded: dict[int, tuple[JsonObject, JsonObject]] = field(default_factory=dict)
    """By the identity of an object that is gone from the data: itself, so that the identity
    stays its own, and what stands for it."""

    def fold(self, holder: Holder, key: Step, item: JsonObject, into: JsonObject) -> None:
        """Let one object stand for an equal one, now and for fetches that are on their way."""
        cast("dict[Step, object]", holder)[key] = into
        self._folded[id(item)] = (item, into)

    def current(self, item: JsonObject) -> JsonObject:
        """The object that stands for an earlier one."""
        while (gone := self._folded.get(id(item))) is not None:
            item = gone[1]
        return item

    def put(self, source: JsonObject, targets: Iterable[JsonObject]) -> None:
        """Put the fields of an answer into objects."""
        if not self._folded:
            for target in targets:
                merge(target, source)
            return
        for target in targets:
            merge(self.current(target), source)
