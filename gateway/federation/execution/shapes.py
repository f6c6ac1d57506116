"""The shape of a response: what is taken from the data, and how nulls spread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from gateway.federation.operations.selection import UNCONDITIONAL, Conditions


class _Failed:
    """Stands for a null where none may be."""


FAILED: Final = _Failed()


@dataclass(slots=True)
class Projection:
    """State while one response is shaped; `violated` when a null stood where none may."""

    variables: Mapping[str, object]
    violated: bool = False

    def holds(self, conditions: Conditions) -> bool:
        return all_hold(conditions, self.variables)


def holds(alternatives: tuple[Conditions, ...], variables: Mapping[str, object]) -> bool:
    """Is one of the alternatives true? Without any, yes."""
    return not alternatives or any(all_hold(one, variables) for one in alternatives)


def all_hold(conditions: Conditions, variables: Mapping[str, object]) -> bool:
    """Have all variables the values that the conditions want?"""
    return all(bool(variables.get(name)) is wanted for name, wanted in conditions)


@dataclass(slots=True)
class LeafShape:
    """A scalar, taken as it is, or an enum, whose hidden values become null."""

    allowed: frozenset[str] | None = None

    def project(self, value: object, projection: Projection) -> object:
        if self.allowed is not None and value not in self.allowed:
            return None
        return value


@dataclass(slots=True)
class ListShape:
    item: Shape
    item_non_null: bool

    def project(self, value: object, projection: Projection) -> object:
        if not isinstance(value, list):
            return None
        result: list[object] = []
        item, non_null = self.item, self.item_non_null
        for one in value:
            projected = complete(item, one, non_null, projection)
            if projected is FAILED:
                return FAILED
            result.append(projected)
        return result


@dataclass(slots=True)
class ShapeField:
    """A field of the response: its name there, its key in the data, and its value.

    `typename` is set for `__typename` of an object whose type is known. `other_keys` are keys
    where the value may be instead, when conditions let different fetches bring it.
    """

    key: str
    data_key: str
    shape: Shape
    non_null: bool
    conditions: Conditions = UNCONDITIONAL
    typename: str | None = None
    other_keys: tuple[str, ...] = ()

    def value_in(self, item: dict[str, object]) -> object:
        value = item.get(self.data_key)
        if value is None and self.other_keys:
            return next((item[key] for key in self.other_keys if item.get(key) is not None), None)
        return value


@dataclass(slots=True)
class ObjectShape:
    fields: list[ShapeField] = field(default_factory=list)

    def project(self, value: object, projection: Projection) -> object:
        if not isinstance(value, dict):
            return None
        result: dict[str, object] = {}
        for one in self.fields:
            if one.conditions and not projection.holds(one.conditions):
                continue
            if one.key in result:
                continue
            if one.typename is not None:
                result[one.key] = one.typename
                continue
            projected = complete(one.shape, one.value_in(value), one.non_null, projection)
            if projected is FAILED:
                return FAILED
            result[one.key] = projected
        return result


@dataclass(slots=True)
class AbstractShape:
    """A value of an interface or union; types that clients do not know become null."""

    by_type: dict[str, ObjectShape]
    default: ObjectShape

    def project(self, value: object, projection: Projection) -> object:
        if not isinstance(value, dict):
            return None
        name = value.get("__typename")
        shape = self.by_type.get(name) if isinstance(name, str) else self.default
        return None if shape is None else shape.project(value, projection)


Shape = LeafShape | ListShape | ObjectShape | AbstractShape


def complete(shape: Shape, value: object, non_null: bool, projection: Projection) -> object:
    """The value of a field or item: FAILED when it is null where it must not be."""
    projected = None if value is None else shape.project(value, projection)
    if projected is None and non_null:
        projection.violated = True
        return FAILED
    return None if projected is FAILED and not non_null else projected


def violations(
    shape: Shape, value: object, projection: Projection, path: list[str | int]
) -> Iterator[list[str | int]]:
    """The paths of all nulls within the value that the schema does not allow."""
    if isinstance(shape, AbstractShape) and isinstance(value, dict):
        name = value.get("__typename")
        known = shape.by_type.get(name) if isinstance(name, str) else shape.default
        shape = known or shape.default
    if isinstance(shape, ListShape) and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _violations_at(
                shape.item, item, shape.item_non_null, projection, [*path, index]
            )
    elif isinstance(shape, ObjectShape) and isinstance(value, dict):
        for one in shape.fields:
            if one.typename is None and projection.holds(one.conditions):
                inner = one.value_in(value)
                place = [*path, one.key]
                yield from _violations_at(one.shape, inner, one.non_null, projection, place)


def _violations_at(
    shape: Shape, value: object, non_null: bool, projection: Projection, path: list[str | int]
) -> Iterator[list[str | int]]:
    if value is None or shape.project(value, projection) is None:
        if non_null:
            yield path
    else:
        yield from violations(shape, value, projection, path)


def client_path(shape: Shape, path: list[str | int]) -> list[str | int]:
    """A path of data keys as the client knows it, cut where it leaves what was asked for."""
    result: list[str | int] = []
    current: Shape = shape
    for step in path:
        while isinstance(step, str) and isinstance(current, ListShape):
            current = current.item
        if isinstance(step, int):
            result.append(step)
            if isinstance(current, ListShape):
                current = current.item
            continue
        found = _field_at(current, step)
        if found is None:
            break
        result.append(found.key)
        current = found.shape
    return result


def _field_at(shape: Shape, data_key: str) -> ShapeField | None:
    candidates: list[ObjectShape] = []
    if isinstance(shape, ObjectShape):
        candidates = [shape]
    elif isinstance(shape, AbstractShape):
        candidates = [*shape.by_type.values(), shape.default]
    for candidate in candidates:
        for one in candidate.fields:
            if one.typename is None and data_key in (one.data_key, *one.other_keys):
                return one
    return None
