"""Compiles a planned operation into the shape of its response."""

from __future__ import annotations

from gateway.federation.execution.shapes import (
    AbstractShape,
    LeafShape,
    ListShape,
    ObjectShape,
    Shape,
    ShapeField,
)
from gateway.federation.operations.normalise import INTROSPECTION_FIELDS
from gateway.federation.operations.selection import (
    UNCONDITIONAL,
    Conditions,
    FieldSelection,
    Selections,
    merged,
)
from gateway.federation.planning.grouping import Grouping
from gateway.federation.planning.planner import PlannedOperation
from gateway.federation.planning.position import Position
from gateway.federation.supergraph.definitions import Definitions, Kind
from gateway.federation.supergraph.type_ref import TypeRef

_OPAQUE = LeafShape()


def compile_shape(planned: PlannedOperation, api: Definitions) -> ObjectShape:
    """The shape of the response's data."""
    compiler = _Compiler(api, planned.grouping)
    operation = planned.operation
    return compiler.object(operation.root_type, operation.selections, planned.position)


class _Compiler:
    def __init__(self, api: Definitions, grouping: Grouping) -> None:
        self.api = api
        self.grouping = grouping
        self.memo: dict[tuple[str, Selections, Position], Shape] = {}

    def object(self, type_name: str, selections: Selections, position: Position) -> ObjectShape:
        shape = ObjectShape()
        for key, variants in _by_key(self.grouping.applicable(selections, type_name)).items():
            conditions = _alternatives(variants)
            first = variants[0]
            if first.name == "__typename":
                shape.fields.append(
                    ShapeField(key, key, _OPAQUE, True, conditions, typename=type_name)
                )
                continue
            data_key = position.client_keys.get((type_name, key), "")
            if first.name in INTROSPECTION_FIELDS:
                shape.fields.append(ShapeField(key, data_key, _OPAQUE, False, conditions))
                continue
            field = self.api.field(type_name, first.name)
            if field is None:
                continue
            children = _children(variants)
            value = self.value(field.type, children, position.child(data_key))
            shape.fields.append(
                ShapeField(key, data_key, value, field.type.is_non_null, conditions)
            )
        return shape

    def value(self, reference: TypeRef, children: Selections, position: Position) -> Shape:
        shape = self.named(reference.name, children, position)
        for item_non_null in reversed(reference.layers()[1:]):
            shape = ListShape(shape, item_non_null)
        return shape

    def named(self, name: str, children: Selections, position: Position) -> Shape:
        definition = self.api.types.get(name)
        if definition is None or not definition.kind.is_composite:
            is_enum = definition is not None and definition.kind is Kind.ENUM
            return LeafShape(frozenset(definition.values)) if definition and is_enum else _OPAQUE
        memo = (name, children, position)
        if memo not in self.memo:
            self.memo[memo] = (
                AbstractShape(
                    {
                        possible: self.object(possible, children, position)
                        for possible in sorted(self.api.possible_types(name))
                    },
                    self.object(name, children, position),
                )
                if definition.kind.is_abstract
                else self.object(name, children, position)
            )
        return self.memo[memo]


def _by_key(selections: Selections) -> dict[str, list[FieldSelection]]:
    grouped: dict[str, list[FieldSelection]] = {}
    for item in selections:
        grouped.setdefault(item.key, []).append(item)
    return grouped


def _alternatives(variants: list[FieldSelection]) -> tuple[Conditions, ...]:
    sets = tuple(dict.fromkeys(item.conditions for item in variants))
    return () if UNCONDITIONAL in sets else sets


def _children(variants: list[FieldSelection]) -> Selections:
    """The children of all variants; those of a conditional one only under its conditions."""
    if len(variants) == 1:
        return variants[0].children or ()
    return merged(
        FieldSelection(
            child.key,
            child.name,
            child.arguments,
            child.types,
            child.conditions | item.conditions,
            child.children,
        )
        for item in variants
        for child in item.children or ()
    )
