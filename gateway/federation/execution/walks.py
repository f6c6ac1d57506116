"""Compiles the way along a path of the data to a Python function.

For `topProducts.@.reviews.@.author`, of which the objects at `topProducts.@` may have become one
(see `ResponseData`):

    def walk(way0):
        found = []
        seen1 = set()
        for item0 in way0:
            value0 = item0.get("topProducts")
            if value0.__class__ is not list:
                continue
            for item1 in value0:
                if item1.__class__ is not dict or id(item1) in seen1:
                    continue
                seen1.add(id(item1))
                value1 = item1.get("reviews")
                if value1.__class__ is not list:
                    continue
                for item2 in value1:
                    if item2.__class__ is not dict:
                        continue
                    item3 = item2.get("author")
                    if item3.__class__ is dict:
                        found.append((item2, "author", item3))
        return found
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from gateway.federation.execution.merging import JsonObject
from gateway.federation.execution.source import compiled, function_text, indented
from gateway.federation.planning.path import Path, PathElement
from gateway.federation.planning.plan import Flatten, PlanNode, nodes_of

_MOST_LEVELS = 8

Holder = dict[str, object] | list[object]
Step = str | int
Found = tuple[Holder, Step, JsonObject]
"""What has an object, under which key or index, and the object."""
Walk = Callable[[Iterable[JsonObject]], list[Found]]
Keys = tuple[str, ...]
"""A path without its lists and types."""


def compile_walk(path: Path, folded: frozenset[Keys], start: int = 0) -> Walk:
    """The function that finds the objects at a path, with what has each of them.

    It begins with the objects `start` steps down the path. Values that are no objects, and lists
    of another depth, are left out. What lies behind the objects at a path of `folded` is walked
    only once for each of them.
    """
    walk = compiled([walk_source(path, folded, start)], "walk", {})
    return cast("Walk", walk)


def keys_of(path: Path) -> Keys:
    """The path without its lists and types."""
    return tuple(element.key for element in path)


def compile_walks(nodes: Iterable[PlanNode | None]) -> dict[int, Walk]:
    """The ways to objects that get root fields, by the identity of the node of the plan."""
    return {
        id(node): compile_walk(node.path, frozenset())
        for root in nodes
        for node in nodes_of(root)
        if isinstance(node, Flatten)
    }


def walk_source(path: Path, folded: frozenset[Keys], start: int = 0) -> str:
    """The source of the function."""
    return function_text(f"walk(way{start})", _walk(path, folded, start))


def _walk(path: Path, folded: frozenset[Keys], start: int) -> Iterator[str]:
    keys = keys_of(path)
    writer = _Writer(
        path,
        frozenset(depth for depth in range(start + 1, len(path)) if keys[:depth] in folded),
        frozenset(_stops(path, start)),
    )
    yield "found = []"
    for depth in sorted(writer.once):
        yield f"seen{depth} = set()"
    for depth in sorted(writer.stops):
        yield f"way{depth} = []"
    for depth in (start, *sorted(writer.stops)):
        yield f"for item{depth} in way{depth}:"
        yield from indented(writer.step(depth))
    yield "return found"


def _stops(path: Path, start: int) -> Iterator[int]:
    """The depths at which a new loop begins, for Python has no more than twenty in each other."""
    levels = 0
    for depth, element in enumerate(path[start:-1], start + 1):
        levels += element.list_depth
        if levels >= _MOST_LEVELS:
            yield depth
            levels = 0


@dataclass(frozen=True, slots=True)
class _Writer:
    path: Path
    once: frozenset[int]
    stops: frozenset[int]

    def step(self, depth: int) -> Iterator[str]:
        """Lines from an object at this depth onwards."""
        element = self.path[depth]
        here, there = f"item{depth}", f"item{depth + 1}"
        if element.types is not None:
            yield f"if {here}.get('__typename') not in {_types(element)}:"
            yield from indented(["continue"])
        if element.list_depth:
            yield f"value{depth} = {here}.get({element.key!r})"
            yield from self._list(depth, f"value{depth}", element.list_depth)
            return
        yield f"{there} = {here}.get({element.key!r})"
        yield from self._object(depth + 1, f"{here}, {element.key!r}")

    def _list(self, depth: int, value: str, levels: int) -> Iterator[str]:
        """Lines for the items of a list, which has as many levels."""
        there = f"item{depth + 1}"
        yield f"if {value}.__class__ is not list:"
        yield from indented(["continue"])
        if levels > 1:
            yield f"for {value}_ in {value}:"
            yield from indented(self._list(depth, f"{value}_", levels - 1))
        elif depth + 1 == len(self.path):
            yield f"for index, {there} in enumerate({value}):"
            yield from indented(self._object(depth + 1, f"{value}, index"))
        else:
            yield f"for {there} in {value}:"
            yield from indented(self._object(depth + 1, ""))

    def _object(self, depth: int, holder: str) -> Iterator[str]:
        """Lines from a value that should be an object."""
        item = f"item{depth}"
        if depth == len(self.path):
            yield f"if {item}.__class__ is dict:"
            yield from indented([f"found.append(({holder}, {item}))"])
            return
        again = f" or id({item}) in seen{depth}" if depth in self.once else ""
        yield f"if {item}.__class__ is not dict{again}:"
        yield from indented(["continue"])
        if again:
            yield f"seen{depth}.add(id({item}))"
        if depth in self.stops:
            yield f"way{depth}.append({item})"
        else:
            yield from self.step(depth)


def _types(element: PathElement) -> str:
    names = sorted(element.types or ())
    return f"({''.join(f'{name!r}, ' for name in names)})"
