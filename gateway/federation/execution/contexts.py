"""What entities get from the objects above them (`@fromContext`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import orjson

from gateway.federation.execution.merging import JsonObject
from gateway.federation.planning.contexts import ContextVariable
from gateway.federation.planning.fetch import RepresentationField
from gateway.federation.planning.path import Path, PathElement
from gateway.federation.planning.plan import EntityPart

Values = dict[str, object]


def by_context(root: JsonObject, part: EntityPart) -> list[tuple[Values, list[JsonObject]]]:
    """The objects of a part, together where the variables of their contexts are the same."""
    groups: dict[bytes, tuple[Values, list[JsonObject]]] = {}
    for path in part.paths:
        for values, item in _objects(root, path, part.contexts):
            encoded = orjson.dumps(values, option=orjson.OPT_SORT_KEYS)
            groups.setdefault(encoded, (values, []))[1].append(item)
    return list(groups.values())


def _objects(
    root: JsonObject, path: Path, contexts: Iterable[ContextVariable]
) -> Iterator[tuple[Values, JsonObject]]:
    current: list[tuple[Values, JsonObject]] = [({}, root)]
    for depth, element in enumerate(path):
        wanted = [one for one in contexts if one.depth == depth]
        current = [
            (above | {one.name: _leaf(item, one.fields) for one in wanted}, inner)
            for above, item in current
            for inner in _inside(item, element)
        ]
    yield from current


def _inside(item: JsonObject, element: PathElement) -> Iterator[JsonObject]:
    if element.types is None or item.get("__typename") in element.types:
        yield from _flat(item.get(element.key))


def _flat(value: object) -> Iterator[JsonObject]:
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _flat(one)


def _leaf(value: object, fields: Iterable[RepresentationField]) -> object:
    """The one value that the fields lead to; null where something on the way is."""
    if not isinstance(value, Mapping):
        return None
    for one in fields:
        inner = value.get(one.key)
        if one.shapes is None:
            return inner
        if isinstance(inner, Mapping):
            name = inner.get("__typename")
            shape = one.shapes.get(None) or one.shapes.get(name if isinstance(name, str) else None)
            if shape:
                return _leaf(inner, shape)
    return None
