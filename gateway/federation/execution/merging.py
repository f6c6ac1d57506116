"""Puts the answers of subgraphs into the data."""

from __future__ import annotations

JsonObject = dict[str, object]


def merge(target: JsonObject, source: JsonObject) -> None:
    """Put the fields of an answer into an object, going down where both have a value."""
    if target.keys().isdisjoint(source):
        target.update(source)
        return
    for key, value in source.items():
        existing = target.get(key)
        if existing is None:
            target[key] = value
        else:
            _merge_values(existing, value)


def _merge_values(existing: object, value: object) -> None:
    if existing is value:
        return
    if isinstance(existing, dict) and isinstance(value, dict):
        merge(existing, value)
    elif isinstance(existing, list) and isinstance(value, list) and len(existing) == len(value):
        for index, item in enumerate(value):
            if existing[index] is None:
                existing[index] = item
            else:
                _merge_values(existing[index], item)
