"""Tells where objects are in the data."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.federation.execution.merging import JsonObject
from gateway.federation.planning.path import Path


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
