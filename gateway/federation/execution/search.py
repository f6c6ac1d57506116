"""Finds the objects for which entities are fetched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.federation.execution.data import ResponseData
from gateway.federation.execution.merging import JsonObject
from gateway.federation.execution.walks import Found, Keys, Walk, compile_walk, keys_of
from gateway.federation.planning.path import Path


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """Finds the objects at a path, from those on the way that are known already.

    `number` is the path's in `ResponseData.known`, `way` the path without its lists and types.
    """

    number: int
    path: Path
    way: Keys
    start: Search | None
    walk: Walk

    def found(self, data: ResponseData) -> list[Found]:
        """All places of the objects, with the object there."""
        return self.walk((data.root,) if self.start is None else self.start.items(data))

    def items(self, data: ResponseData) -> list[JsonObject]:
        """The objects, each once."""
        known = data.known.get(self.number)
        if known is not None:
            return known
        return list({id(item): item for _, _, item in self.found(data)}.values())

    def may_change(self, keys: frozenset[str]) -> bool:
        """May there be other objects at the path when objects anywhere get fields of these keys?"""
        if "__typename" in keys and any(element.types is not None for element in self.path):
            return True
        return not keys.isdisjoint(self.way)


def compile_searches(paths: Iterable[Path]) -> dict[Path, Search]:
    """The searches for the objects at paths over the same data."""
    searches: dict[Path, Search] = {}
    ordered = sorted(dict.fromkeys(paths), key=len)
    folded = frozenset(keys_of(path) for path in ordered)
    for number, path in enumerate(ordered):
        starts = (searches.get(path[:depth]) for depth in range(len(path) - 1, 0, -1))
        start = next((one for one in starts if one is not None), None)
        walk = compile_walk(path, folded, len(start.path) if start else 0)
        searches[path] = Search(number, path, keys_of(path), start, walk)
    return searches
