"""How large the operations of a document are, measured without expanding their fragments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from graphql import (
    DefinitionNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
)

ENORMOUS = 10**9
"""Numbers stop here: fragments that spread each other twice would double them endlessly."""

_INTROSPECTION = frozenset({"__schema", "__type"})
_MULTIPLYING = frozenset({"types", "fields", "interfaces", "possibleTypes", "inputFields"})


@dataclass(slots=True)
class Size:
    """The measures that limits are set for; see `Limits`."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    root_fields: int = 0
    directives: int = 0
    variables: int = 0
    nesting: int = 0
    introspection_fields: int = 0
    introspection_depth: int = 0

    def spread(self, inner: Size, place: _Place) -> None:
        """Add a fragment that is spread at a place."""
        self.depth = max(self.depth, place.depth + inner.depth)
        self.fields = min(ENORMOUS, self.fields + inner.fields)
        self.aliases = min(ENORMOUS, self.aliases + inner.aliases)
        if place.depth == 0:
            self.root_fields = min(ENORMOUS, self.root_fields + inner.root_fields)
        self.directives = max(self.directives, inner.directives)
        self.nesting = max(self.nesting, inner.nesting)
        self.introspection_fields = min(
            ENORMOUS, self.introspection_fields + inner.introspection_fields
        )
        self.introspection_depth = max(
            self.introspection_depth, place.lists + inner.introspection_depth
        )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a selection set stands: below how many fields, and how many introspection lists."""

    depth: int = 0
    is_introspection: bool = False
    lists: int = 0


@dataclass(slots=True)
class _Measured:
    own: Size = field(default_factory=Size)
    spreads: list[tuple[str, _Place]] = field(default_factory=list)


def sizes_of(document: DocumentNode) -> Iterator[Size]:
    """The size of each operation, fragments counted each time that they are spread."""
    fragments = {
        node.name.value: _measured(node, node.selection_set)
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    known = _with_spreads(fragments)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            measured = _measured(node, node.selection_set)
            measured.own.variables = len(node.variable_definitions or ())
            for name, place in measured.spreads:
                measured.own.spread(known.get(name, Size()), place)
            yield measured.own


def _with_spreads(fragments: dict[str, _Measured]) -> dict[str, Size]:
    """The sizes of fragments with those that they spread.

    One within itself, which validation refuses, counts as empty there. Without recursion, since
    chains of fragments may be long.
    """
    known: dict[str, Size] = {}
    for root in fragments:
        path = [root]
        entered = set(path)
        while path:
            name = path[-1]
            waiting = [
                one
                for one, _ in fragments[name].spreads
                if one in fragments and one not in known and one not in entered
            ]
            if name in known or not waiting:
                path.pop()
                if name not in known:
                    size = fragments[name].own
                    for one, place in fragments[name].spreads:
                        size.spread(known.get(one, Size()), place)
                    known[name] = size
            else:
                path.append(waiting[0])
                entered.add(waiting[0])
    return known


def _measured(definition: DefinitionNode, selection_set: SelectionSetNode) -> _Measured:
    measured = _Measured()
    size = measured.own
    size.directives = len(getattr(definition, "directives", None) or ())
    condition = getattr(definition, "type_condition", None)
    inside = condition is not None and condition.name.value.startswith("__")
    pending = [(selection_set, _Place(is_introspection=inside))]
    while pending:
        node, place = pending.pop()
        for selection in node.selections:
            size.directives = max(size.directives, len(selection.directives or ()))
            if isinstance(selection, FragmentSpreadNode):
                measured.spreads.append((selection.name.value, place))
                continue
            inner = place
            if isinstance(selection, FieldNode):
                inner = _count(selection, place, size)
            nested = getattr(selection, "selection_set", None)
            if isinstance(nested, SelectionSetNode):
                pending.append((nested, inner))
    return measured


def _count(node: FieldNode, place: _Place, size: Size) -> _Place:
    """Count a field; gives the place of what is selected in it."""
    name = node.name.value
    size.fields += 1
    size.aliases += node.alias is not None
    size.root_fields += place.depth == 0
    size.introspection_fields += name in _INTROSPECTION
    inside = place.is_introspection or name in _INTROSPECTION
    inner = _Place(
        place.depth + 1, inside, place.lists + (place.is_introspection and name in _MULTIPLYING)
    )
    size.depth = max(size.depth, inner.depth)
    size.introspection_depth = max(size.introspection_depth, inner.lists)
    for argument in node.arguments or ():
        if isinstance(argument.value, ListValueNode | ObjectValueNode):
            size.nesting = max(size.nesting, _nesting(argument.value))
    return inner


def _nesting(value: ValueNode) -> int:
    level: list[ValueNode] = [value]
    depth = 0
    while level:
        inner: list[ValueNode] = []
        for one in level:
            if isinstance(one, ListValueNode):
                inner += one.values
            elif isinstance(one, ObjectValueNode):
                inner += (item.value for item in one.fields)
        depth += 1
        level = [one for one in inner if isinstance(one, ListValueNode | ObjectValueNode)]
    return depth
