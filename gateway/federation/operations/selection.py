"""Normalised selections: no fragments, each field tagged with the object types it is for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from graphql import (
    DirectiveNode,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    print_ast,
)

Conditions = frozenset[tuple[str, bool]]
"""Variables with the value that each must have; all of them must hold."""

UNCONDITIONAL: Conditions = frozenset()

_OWN_DIRECTIVES = frozenset({"skip", "include", "defer"})


Arguments = tuple[tuple[str, ValueNode], ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """A directive of the subgraphs as an operation applies it; they are to see it."""

    text: str
    variables: tuple[str, ...] = ()

    @classmethod
    def all_of(cls, nodes: Iterable[DirectiveNode] | None) -> tuple[Applied, ...]:
        """Those of the directives that the gateway has no part in."""
        return tuple(
            cls(print_ast(node), tuple(_variables_in(node)))
            for node in nodes or ()
            if node.name.value not in _OWN_DIRECTIVES
        )


@dataclass(frozen=True, slots=True, eq=False)
class Deferral:
    """One fragment with `@defer` at one place of an operation, compared by identity.

    `source` is the directive in the document, `parent` the deferred fragment that it is within.
    What is in it counts only where the `conditions` hold. `waits` is false for what stands for
    the fragment where a variable says that it is not deferred.
    """

    source: DirectiveNode
    label: str | None = None
    conditions: Conditions = UNCONDITIONAL
    parent: Deferral | None = None
    waits: bool = True

    @property
    def waiting(self) -> Deferral | None:
        """The fragment itself or the next one around it that really comes later."""
        if self.waits:
            return self
        return self.parent.waiting if self.parent else None


@dataclass(frozen=True, slots=True, eq=False)
class FieldSelection:
    """One selected field, compared by identity so that it can key a memo cheaply.

    `key` is the response key, `types` the object types it applies to (None: to every possible
    type of the surrounding selection), `children` is None for leaves. `deferral` is the fragment
    with which the field may come later than what is around it.
    """

    key: str
    name: str
    arguments: Arguments = ()
    types: frozenset[str] | None = None
    conditions: Conditions = UNCONDITIONAL
    children: tuple[FieldSelection, ...] | None = None
    deferral: Deferral | None = None
    directives: tuple[Applied, ...] = ()

    def applies_to(self, type_name: str) -> bool:
        return self.types is None or type_name in self.types


Selections = tuple[FieldSelection, ...]


def arguments_text(arguments: Arguments) -> str:
    """The arguments as GraphQL text, `(first: $n)`; empty without arguments."""
    if not arguments:
        return ""
    inner = ", ".join(f"{name}: {print_ast(value)}" for name, value in arguments)
    return f"({inner})"


def variables_of(value: ValueNode) -> Iterator[str]:
    """The names of the variables that a value mentions."""
    if isinstance(value, VariableNode):
        yield value.name.value
    elif isinstance(value, ListValueNode):
        for item in value.values:
            yield from variables_of(item)
    elif isinstance(value, ObjectValueNode):
        for item_field in value.fields:
            yield from variables_of(item_field.value)


def _variables_in(node: DirectiveNode) -> Iterator[str]:
    for argument in node.arguments or ():
        yield from variables_of(argument.value)


def merged(selections: Iterable[FieldSelection]) -> Selections:
    """Selections with the same key, types and conditions become one, in order of appearance.

    Fields with children only join the latest of their key, since the order of the response
    follows the order in which the children were selected.
    """
    result: list[FieldSelection] = []
    latest: dict[str, int] = {}
    leaves: set[tuple[object, ...]] = set()
    for selection in selections:
        if selection.children is None:
            identity = (
                selection.key,
                selection.types,
                selection.conditions,
                selection.deferral,
                selection.directives,
            )
            if identity not in leaves:
                leaves.add(identity)
                result.append(selection)
            continue
        index = latest.get(selection.key)
        if index is not None and _is_alike(result[index], selection):
            children = (*(result[index].children or ()), *selection.children)
            result[index] = replace(result[index], children=merged(children))
        else:
            latest[selection.key] = len(result)
            result.append(selection)
    return tuple(result)


def _is_alike(one: FieldSelection, other: FieldSelection) -> bool:
    return (
        one.types == other.types
        and one.conditions == other.conditions
        and one.deferral is other.deferral
        and one.directives == other.directives
    )
