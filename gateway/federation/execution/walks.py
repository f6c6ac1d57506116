"""Compiles the way along a path of the data to a Python function.

For `topProducts.@.reviews.@.author`, of which the objects at `topProducts.@` may have become one
(see `ResponseData`):

    def walk(data):
        found = []
        seen1 = set()
        for item0 in (data,):
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
from typing import cast

from gateway.federation.execution.merging import JsonObject
from gateway.federation.execution.source import compiled, function_text, indented
from gateway.federation.planning.path import Path, PathElement
from gateway.federation.planning.plan import Flatten, PlanNode, nodes_of

Holder = dict[str, object] | list[object]
Step = str | int
Found = tuple[Holder, Step, JsonObject]
"""What has an object, under which key or index, and the object."""
Walk = Callable[[JsonObject], list[Found]]
Keys = tuple[str, ...]
"""A path without its lists and types."""


def compile_walk(path: Path, folded: frozenset[Keys]) -> Walk:
    """The function that finds the objects at a path, with what has each of them.

    Values that are no objects, and lists of another depth, are left out. What lies behind the
    objects at a path of `folded` is walked only once for each of them.
    """
    walk = compiled(walk_source(path, folded), "walk", {})
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


def walk_source(path: Path, folded: frozenset[Keys]) -> str:
    """The source of the function."""
    return function_text("walk(data)", _walk(path, folded))


def _walk(path: Path, folded: frozenset[Keys]) -> Iterator[str]:
    keys = keys_of(path)
    once = {depth for depth in range(1, len(path)) if keys[:depth] in folded}
    yield "found = []"
    for depth in sorted(once):
        yield f"seen{depth} = set()"
    yield "for item0 in (data,):"
    yield from indented(_step(path, 0, once))
    yield "return found"


def _step(path: Path, depth: int, once: set[int]) -> Iterator[str]:
    """Lines from an object at this depth onwards."""
    element = path[depth]
    here, there = f"item{depth}", f"item{depth + 1}"
    if element.types is not None:
        yield f"if {here}.get('__typename') not in {_types(element)}:"
        yield from indented(["continue"])
    is_last = depth + 1 == len(path)
    if element.list_depth == 0:
        yield f"{there} = {here}.get({element.key!r})"
        if is_last:
            yield f"if {there}.__class__ is dict:"
            yield from indented([f"found.append(({here}, {element.key!r}, {there}))"])
        else:
            yield from _entered(there, depth + 1, once)
            yield from _step(path, depth + 1, once)
        return
    value = f"value{depth}"
    yield f"{value} = {here}.get({element.key!r})"
    yield from _lists(path, depth, once, value, element.list_depth)


def _lists(path: Path, depth: int, once: set[int], value: str, levels: int) -> Iterator[str]:
    """Lines for the items of a list, which has as many levels."""
    there = f"item{depth + 1}"
    yield f"if {value}.__class__ is not list:"
    yield from indented(["continue"])
    if levels > 1:
        yield f"for {value}_ in {value}:"
        yield from indented(_lists(path, depth, once, f"{value}_", levels - 1))
    elif depth + 1 == len(path):
        yield f"for index, {there} in enumerate({value}):"
        yield from indented([f"if {there}.__class__ is dict:"])
        yield from indented(indented([f"found.append(({value}, index, {there}))"]))
    else:
        yield f"for {there} in {value}:"
        yield from indented(_entered(there, depth + 1, once))
        yield from indented(_step(path, depth + 1, once))


def _entered(item: str, depth: int, once: set[int]) -> Iterator[str]:
    if depth in once:
        yield f"if {item}.__class__ is not dict or id({item}) in seen{depth}:"
        yield from indented(["continue"])
        yield f"seen{depth}.add(id({item}))"
    else:
        yield f"if {item}.__class__ is not dict:"
        yield from indented(["continue"])


def _types(element: PathElement) -> str:
    names = sorted(element.types or ())
    return f"({''.join(f'{name!r}, ' for name in names)})"
