"""The shape of a response: what is taken from the data, under which names, and what may be null."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gateway.federation.operations.selection import UNCONDITIONAL, Conditions


def holds(alternatives: tuple[Conditions, ...], variables: Mapping[str, object]) -> bool:
    """Is one of the alternatives true? Without any, yes."""
    return not alternatives or any(all_hold(one, variables) for one in alternatives)


def all_hold(conditions: Conditions, variables: Mapping[str, object]) -> bool:
    """Have all variables the values that the conditions want?"""
    return all(bool(variables.get(name)) is wanted for name, wanted in conditions)


@dataclass(slots=True)
class LeafShape:
    """A leaf: of a built-in scalar (its name), of an enum (the values that clients may see), or
    of a scalar that is taken as it is."""

    scalar: str | None = None
    allowed: frozenset[str] | None = None


@dataclass(slots=True)
class ListShape:
    item: Shape
    item_non_null: bool


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
    """An object; where `shared`, the data may have one and the same object in many places."""

    fields: list[ShapeField] = field(default_factory=list)
    shared: bool = False


@dataclass(slots=True)
class AbstractShape:
    """A value of an interface or union; types that clients do not know become null.

    `default` is for values whose type was not asked for. Where one of the conditions in
    `typed_if` holds, it was: a value without it is one that was lost on the way.
    """

    by_type: dict[str, ObjectShape]
    default: ObjectShape
    typed_if: tuple[Conditions, ...] = ()

    def shape_of(
        self, item: dict[str, object], variables: Mapping[str, object]
    ) -> ObjectShape | None:
        """The shape for a value; None when it is null to clients."""
        name = item.get("__typename")
        if isinstance(name, str):
            return self.by_type.get(name)
        return None if any(all_hold(one, variables) for one in self.typed_if) else self.default


Shape = LeafShape | ListShape | ObjectShape | AbstractShape


def client_path(shape: Shape, path: Iterable[object]) -> list[str | int]:
    """A path of data keys as the client knows it, cut where it leaves what was asked for, as that
    of a subgraph's error may."""
    result: list[str | int] = []
    current: Shape = shape
    for step in path:
        while isinstance(step, str) and isinstance(current, ListShape):
            current = current.item
        if isinstance(step, int) and isinstance(current, ListShape):
            result.append(step)
            current = current.item
            continue
        if not isinstance(step, str):
            break
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
