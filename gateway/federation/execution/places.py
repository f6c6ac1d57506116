"""Finds the objects at a path of the data."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.federation.execution.merging import JsonObject
from gateway.federation.planning.path import Path

Holder = tuple[dict[str, object], str] | tuple[list[object], int]
"""What has an object, and under which key or index."""


def objects_at(data: JsonObject, path: Path) -> list[JsonObject]:
    """The objects at the path, in order and each once; nulls and other types than the path's
    are left out."""
    current = [data]
    for element in path:
        found: dict[int, JsonObject] = {}
        key, types = element.key, element.types
        for item in current:
            if types is None or item.get("__typename") in types:
                value = item.get(key)
                if value.__class__ is dict:
                    found[id(value)] = value
                elif value.__class__ is list:
                    for one in _flattened(value):
                        found[id(one)] = one
        current = list(found.values())
    return current


def _flattened(values: list[object]) -> Iterator[JsonObject]:
    for value in values:
        if isinstance(value, dict):
            yield value
        elif isinstance(value, list):
            yield from _flattened(value)


def held_at(data: JsonObject, path: Path) -> Iterator[tuple[Holder, JsonObject]]:
    """As `objects_at`, with what holds each object; an object in several places comes often."""
    *way, last = path
    for parent in objects_at(data, tuple(way)):
        if last.types is None or parent.get("__typename") in last.types:
            value = parent.get(last.key)
            if isinstance(value, dict):
                yield (parent, last.key), value
            elif isinstance(value, list):
                yield from _held_in(value)


def _held_in(values: list[object]) -> Iterator[tuple[Holder, JsonObject]]:
    for index, value in enumerate(values):
        if isinstance(value, dict):
            yield (values, index), value
        elif isinstance(value, list):
            yield from _held_in(value)


def paths_of(data: JsonObject, path: Path) -> dict[int, list[list[str | int]]]:
    """For each object at the path, by its identity, the concrete paths that lead to it."""
    current: list[tuple[list[str | int], JsonObject]] = [([], data)]
    for element in path:
        found: list[tuple[list[str | int], JsonObject]] = []
        for prefix, item in current:
            if element.types is None or item.get("__typename") in element.types:
                found.extend(_located([*prefix, element.key], item.get(element.key)))
        current = found
    result: dict[int, list[list[str | int]]] = {}
    for prefix, item in current:
        result.setdefault(id(item), []).append(prefix)
    return result


def _located(
    prefix: list[str | int], value: object
) -> Iterator[tuple[list[str | int], JsonObject]]:
    if isinstance(value, dict):
        yield prefix, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _located([*prefix, index], item)
