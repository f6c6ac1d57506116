"""Compiles a planned operation into the shape of its response."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

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
    FieldSelection,
    Selections,
    merged,
)
from gateway.federation.planning.deferral import split
from gateway.federation.planning.grouping import Grouping
from gateway.federation.planning.plan import Deferred, Entities, nodes_of
from gateway.federation.planning.planner import PlannedOperation
from gateway.federation.planning.position import Position
from gateway.federation.supergraph.definitions import BUILT_IN_SCALARS, Definitions, Kind
from gateway.federation.supergraph.type_ref import TypeRef

_OPAQUE = LeafShape()
_BUILT_IN = {name: LeafShape(name) for name in BUILT_IN_SCALARS}


def compile_shape(planned: PlannedOperation, api: Definitions) -> ObjectShape:
    """The shape of the data that the response begins with."""
    compiler = _Compiler(api, planned.grouping, set(_entity_positions(planned)))
    operation = planned.operation
    first = split(operation.selections).first
    return compiler.object(operation.root_type, first, planned.position)


def compile_deferred(
    planned: PlannedOperation, api: Definitions
) -> tuple[tuple[Deferred, ObjectShape], ...]:
    """The fragments that come later; the shape of each is that of the root, with only the
    fields that lead to the fragment and those in it."""
    operation = planned.operation
    selections = {part.identity: part for part in split(operation.selections).later}
    plans = {
        part.identity: deferred
        for part, deferred in zip(planned.later, planned.deferred, strict=True)
    }
    compiler = _Compiler(api, planned.grouping, set(_entity_positions(planned)))
    made: list[tuple[Deferred, ObjectShape]] = []
    # Those of which the caller may see nothing have no plan, and come last.
    for identity in dict.fromkeys((*plans, *selections)):
        part = selections[identity]
        deferral = part.deferral
        deferred = plans.get(identity) or Deferred(
            deferral.label, part.path, deferral.conditions, (), None
        )
        shape = compiler.object(operation.root_type, part.selections, planned.position)
        made.append((deferred, shape))
    return tuple(made)


class _Compiler:
    def __init__(self, api: Definitions, grouping: Grouping, entities: set[Position]) -> None:
        self.api = api
        self.grouping = grouping
        self.entities = entities
        self.memo: dict[tuple[str, Selections, Position], Shape] = {}

    def object(self, type_name: str, selections: Selections, position: Position) -> ObjectShape:
        shape = ObjectShape(shared=position in self.entities)
        certain: set[str] = set()
        shapes: dict[str, ShapeField] = {}
        applicable = self.grouping.applicable(selections, type_name)
        variants = _by_key(applicable)
        for item in applicable:
            if item.key in certain:
                continue
            if item.key not in shapes:
                made = self.field(type_name, variants[item.key], position)
                if made is None:
                    continue
                shapes[item.key] = made
            # A key whose first occurrence is conditional may come from a later one, in whose
            # place it then stands in the response.
            if not item.conditions:
                certain.add(item.key)
            shape.fields.append(replace(shapes[item.key], conditions=item.conditions))
        return shape

    def field(
        self, type_name: str, variants: list[FieldSelection], position: Position
    ) -> ShapeField | None:
        name, key = variants[0].name, variants[0].key
        if name == "__typename":
            return ShapeField(key, key, _OPAQUE, True, typename=type_name)
        data_key, *others = position.client_keys.get((type_name, key), [""])
        if name in INTROSPECTION_FIELDS:
            return ShapeField(key, data_key, _OPAQUE, False)
        field = self.api.field(type_name, name)
        if field is None:
            return None
        value = self.value(field.type, _children(variants), position.child(data_key))
        return ShapeField(key, data_key, value, field.type.is_non_null, other_keys=tuple(others))

    def value(self, reference: TypeRef, children: Selections, position: Position) -> Shape:
        shape = self.named(reference.name, children, position)
        for item_non_null in reversed(reference.layers()[1:]):
            shape = ListShape(shape, item_non_null)
        return shape

    def named(self, name: str, children: Selections, position: Position) -> Shape:
        definition = self.api.types.get(name)
        if definition is None or not definition.kind.is_composite:
            if definition is not None and definition.kind is Kind.ENUM:
                return LeafShape(allowed=frozenset(definition.values))
            return _BUILT_IN.get(name, _OPAQUE)
        memo = (name, children, position)
        if memo not in self.memo:
            self.memo[memo] = (
                self.abstract(name, children, position)
                if definition.kind.is_abstract
                else self.object(name, children, position)
            )
        return self.memo[memo]

    def abstract(self, name: str, children: Selections, position: Position) -> AbstractShape:
        by_type = {
            possible: self.object(possible, children, position)
            for possible in sorted(self.api.possible_types(name))
        }
        default = self.object(name, children, position)
        if not position.typename_fetches:
            return AbstractShape(by_type, default)
        special = (
            item.conditions
            for one in by_type.values()
            for item in one.fields
            if item not in default.fields
        )
        return AbstractShape(by_type, default, tuple(dict.fromkeys(special)))


def _entity_positions(planned: PlannedOperation) -> Iterator[Position]:
    """Where entities are fetched for objects in lists, so that equal ones may become one."""
    roots = (planned.node, *(part.node for part in planned.deferred))
    for node in (node for root in roots for node in nodes_of(root)):
        if isinstance(node, Entities):
            for path in (path for part in node.parts for path in part.paths):
                if any(element.list_depth for element in path):
                    position = planned.position
                    for element in path:
                        position = position.child(element.key)
                    yield position


def _by_key(selections: Selections) -> dict[str, list[FieldSelection]]:
    grouped: dict[str, list[FieldSelection]] = {}
    for item in selections:
        grouped.setdefault(item.key, []).append(item)
    return grouped


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
