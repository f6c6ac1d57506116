"""Finds the objects at a path and makes their representations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gateway.federation.execution.shapes import holds
from gateway.federation.planning.fetch import RepresentationField, Template
from gateway.federation.planning.path import Path

JsonObject = dict[str, object]


class IncompleteError(Exception):
    """The object lacks a part of its key, or of what the fetch requires."""


def objects_at(data: JsonObject, path: Path) -> list[JsonObject]:
    """The objects at the path, in order; nulls and other types than the path's are left out."""
    current: list[JsonObject] = [data]
    for element in path:
        found: list[JsonObject] = []
        key, types = element.key, element.types
        for item in current:
            if types is not None and item.get("__typename") not in types:
                continue
            value = item.get(key)
            if isinstance(value, dict):
                found.append(value)
            elif isinstance(value, list):
                found.extend(_flattened(value))
        current = found
    return current


def _flattened(values: list[object]) -> Iterator[JsonObject]:
    for value in values:
        if isinstance(value, dict):
            yield value
        elif isinstance(value, list):
            yield from _flattened(value)


def paths_of(data: JsonObject, path: Path) -> dict[int, list[list[str | int]]]:
    """For each object at the path, by its identity, the concrete paths that lead to it."""
    current: list[tuple[list[str | int], JsonObject]] = [([], data)]
    for element in path:
        found: list[tuple[list[str | int], JsonObject]] = []
        for prefix, item in current:
            if element.types is not None and item.get("__typename") not in element.types:
                continue
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


@dataclass(frozen=True, slots=True)
class RepresentationMaker:
    """Makes representations with the templates of a fetch."""

    templates: Mapping[str | None, Template]
    variables: Mapping[str, object]

    def make(self, item: JsonObject) -> JsonObject | None:
        """The representation of an object; None when it is of another type or lacks a part."""
        name = item.get("__typename")
        template = self.templates.get(name) if isinstance(name, str) else None
        template = template or self.templates.get(None)
        if template is None:
            return None
        result: JsonObject = {"__typename": template.typename}
        try:
            self._fill(result, template.fields.values(), item)
        except IncompleteError:
            return None
        # Where all selections of a type are skipped, its key was not fetched either.
        return result if len(result) > 1 else None

    def _fill(
        self, target: JsonObject, fields: Iterable[RepresentationField], item: JsonObject
    ) -> None:
        for field in fields:
            if field.conditions and not holds(field.conditions, self.variables):
                continue
            if field.key not in item:
                raise IncompleteError
            value = item[field.key]
            if value is None and field.in_key:
                raise IncompleteError
            target[field.name] = value if field.shapes is None else self._nested(field, value)

    def _nested(self, field: RepresentationField, value: object) -> object:
        if isinstance(value, list):
            return [self._nested(field, item) for item in value]
        if not isinstance(value, dict) or field.shapes is None:
            return None
        name = value.get("__typename")
        result: JsonObject = {}
        if None in field.shapes:
            self._fill(result, field.shapes[None], value)
        elif isinstance(name, str):
            result["__typename"] = name
            self._fill(result, field.shapes.get(name, ()), value)
        return result


def merge(target: JsonObject, source: JsonObject) -> None:
    """Put the fields of an answer into an object, going down where both have a value."""
    for key, value in source.items():
        existing = target.get(key)
        if existing is None:
            target[key] = value
        elif isinstance(existing, dict) and isinstance(value, dict):
            if existing is not value:
                merge(existing, value)
        elif isinstance(existing, list) and isinstance(value, list):
            _merge_lists(existing, value)


def _merge_lists(target: list[object], source: list[object]) -> None:
    if target is source or len(target) != len(source):
        return
    for index, value in enumerate(source):
        existing = target[index]
        if existing is None:
            target[index] = value
        elif isinstance(existing, dict) and isinstance(value, dict):
            if existing is not value:
                merge(existing, value)
        elif isinstance(existing, list) and isinstance(value, list):
            _merge_lists(existing, value)
