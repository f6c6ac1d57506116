"""Turns selection sets into normalised selections: fragments inlined, conditions collected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    StringValueNode,
    VariableNode,
)

from gateway.federation.errors import OperationError
from gateway.federation.operations.selection import (
    UNCONDITIONAL,
    Applied,
    Conditions,
    Deferral,
    FieldSelection,
    Selections,
    merged,
)
from gateway.federation.supergraph.definitions import Field

INTROSPECTION_FIELDS = frozenset({"__schema", "__type"})


class TypeSystem(Protocol):
    """What normalisation asks of a schema."""

    def field(self, type_name: str, field_name: str) -> Field | None: ...

    def possible_types(self, name: str) -> frozenset[str]: ...


class UnknownFieldError(Exception):
    """A selection names a field or type that the schema does not have."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The declared type of the value, all types that it may have, those that the fragments so
    far leave, and their conditions.

    `given` are the conditions of the fields around, which need no repeating. `deferral` is the
    fragment with `@defer` that the selections are in, `within` the one that the value is in.
    """

    declared: str
    every: frozenset[str]
    types: frozenset[str]
    conditions: Conditions
    given: Conditions
    deferral: Deferral | None = None
    within: Deferral | None = None


@dataclass(slots=True)
class Normaliser:
    """Normalises the selection sets of one document against one type system.

    Raises UnknownFieldError for what the schema lacks and OperationError when the expanded
    selections would be more than `limit`. Without `incremental` nothing is deferred.
    """

    system: TypeSystem
    fragments: Mapping[str, FragmentDefinitionNode] = field(default_factory=dict)
    limit: int = 20_000
    count: int = 0
    incremental: bool = False

    def selections(
        self,
        node: SelectionSetNode,
        parent: str,
        given: Conditions = UNCONDITIONAL,
        within: Deferral | None = None,
    ) -> Selections:
        """The normalised selections on a value of type `parent`, where the conditions hold."""
        collected: list[FieldSelection] = []
        every = self.system.possible_types(parent)
        scope = Scope(parent, every, every, UNCONDITIONAL, given, within=within)
        self._collect(node.selections, parent, scope, collected)
        return merged(collected)

    def _collect(
        self,
        nodes: Iterable[SelectionNode],
        parent: str,
        scope: Scope,
        collected: list[FieldSelection],
    ) -> None:
        every, types = scope.every, scope.types
        for node in nodes:
            conditions = conditions_of(node.directives, scope.conditions, scope.given)
            if conditions is None:
                continue
            if isinstance(node, FieldNode):
                here = scope
                if conditions is not scope.conditions:
                    here = replace(scope, conditions=conditions)
                self._collect_field(node, parent, here, collected)
                continue
            if isinstance(node, FragmentSpreadNode):
                fragment = self.fragments[node.name.value]
                condition, inner = fragment.type_condition.name.value, fragment.selection_set
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition.name.value if node.type_condition else parent
                inner = node.selection_set
            else:
                continue
            possible = self.system.possible_types(condition)
            if not possible and condition != parent:
                raise UnknownFieldError(f'"{condition}" is not a type here')
            narrowed = types if condition == parent else types & possible
            if narrowed or not every:
                inside = replace(scope, types=narrowed, conditions=conditions)
                for one in self._deferred(node.directives, inside):
                    self._collect(inner.selections, condition, one, collected)

    def _deferred(
        self, directives: Iterable[DirectiveNode] | None, scope: Scope
    ) -> Iterator[Scope]:
        """The scope inside a fragment; both of them when a variable decides on `@defer`."""
        found = next((item for item in directives or () if item.name.value == "defer"), None)
        if found is None or not self.incremental:
            yield scope
            return
        arguments = {item.name.value: item.value for item in found.arguments or ()}
        label, wanted = arguments.get("label"), arguments.get("if")
        name = label.value if isinstance(label, StringValueNode) else None
        parent = scope.deferral or scope.within
        if isinstance(wanted, VariableNode):
            variable, known = wanted.name.value, scope.conditions | scope.given
            for value in (False, True):
                if (variable, not value) not in known:
                    held = frozenset({(variable, value)})
                    one = replace(scope, conditions=scope.conditions | (held - scope.given))
                    yield replace(one, deferral=Deferral(found, name, held, parent, value))
        elif isinstance(wanted, BooleanValueNode) and not wanted.value:
            yield scope
        else:
            yield replace(scope, deferral=Deferral(found, name, UNCONDITIONAL, parent))

    def _collect_field(
        self,
        node: FieldNode,
        parent: str,
        scope: Scope,
        collected: list[FieldSelection],
    ) -> None:
        name = node.name.value
        self.count += 1
        if self.count > self.limit:
            raise OperationError.single(
                "OPERATION_TOO_LARGE",
                f"With its fragments expanded the operation selects more than {self.limit} "
                "fields; ask for less at once.",
            )
        children: Selections | None = None
        if name != "__typename" and name not in INTROSPECTION_FIELDS:
            definition = self.system.field(parent, name)
            if definition is None:
                raise UnknownFieldError(f'"{name}" is not a field of "{parent}"')
            if node.selection_set is not None:
                children = self.selections(
                    node.selection_set,
                    definition.type.name,
                    scope.given | scope.conditions,
                    scope.deferral or scope.within,
                )
        collected.append(
            FieldSelection(
                node.alias.value if node.alias else name,
                name,
                tuple((item.name.value, item.value) for item in node.arguments or ()),
                None if self._is_for_all(name, scope) else scope.types,
                scope.conditions,
                children,
                scope.deferral,
                Applied.all_of(node.directives),
            )
        )

    def _is_for_all(self, name: str, scope: Scope) -> bool:
        """May the field be asked of the value without a fragment?"""
        return scope.types == scope.every and (
            name == "__typename"
            or name in INTROSPECTION_FIELDS
            or self.system.field(scope.declared, name) is not None
        )


def conditions_of(
    directives: Sequence[DirectiveNode] | None,
    inherited: Conditions,
    given: Conditions = UNCONDITIONAL,
) -> Conditions | None:
    """The conditions under which a selection counts; None when it never does.

    Those of `given` hold anyway.
    """
    if not directives:
        return inherited
    conditions = set(inherited)
    for directive in directives or ():
        name = directive.name.value
        if name not in ("skip", "include"):
            continue
        wanted = name == "include"
        value = next(
            (item.value for item in directive.arguments or () if item.name.value == "if"), None
        )
        if isinstance(value, BooleanValueNode):
            if value.value is not wanted:
                return None
        elif isinstance(value, VariableNode):
            condition, opposite = (value.name.value, wanted), (value.name.value, not wanted)
            if opposite in conditions or opposite in given:
                return None
            if condition not in given:
                conditions.add(condition)
    return frozenset(conditions)
