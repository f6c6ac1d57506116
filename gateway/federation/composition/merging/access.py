"""`@requiresScopes` and `@policy` of an element that several subgraphs declare."""

from __future__ import annotations

from collections.abc import Sequence

from graphql import ConstListValueNode, ListValueNode, StringValueNode, ValueNode, print_ast

from gateway.federation.supergraph.definitions import Directive

Alternatives = Sequence[frozenset[str]]
ARGUMENTS = {"requiresScopes": "scopes", "policy": "policies"}


def all_required(one: Directive, other: Directive) -> Directive:
    """Both sides must be met: each alternative of one together with each of the other."""
    argument = ARGUMENTS[one.name]
    left = alternatives(one.arguments.get(argument))
    right = alternatives(other.arguments.get(argument))
    combined = [a | b for a in left or [frozenset()] for b in right or [frozenset()]]
    return Directive(one.name, {argument: _value(_least(combined))})


def alternatives(value: ValueNode | None) -> list[frozenset[str]]:
    """The sets of which one must be met."""
    if not isinstance(value, ListValueNode):
        return []
    return [
        frozenset(
            item.value if isinstance(item, StringValueNode) else print_ast(item)
            for item in (group.values if isinstance(group, ListValueNode) else (group,))
        )
        for group in value.values
    ]


def _least(groups: Alternatives) -> Alternatives:
    """Without those that ask for all that another one asks for, and more."""
    distinct = list(dict.fromkeys(groups))
    return [group for group in distinct if not any(other < group for other in distinct)]


def _value(groups: Alternatives) -> ConstListValueNode:
    return ConstListValueNode(
        values=tuple(
            ConstListValueNode(values=tuple(StringValueNode(value=name) for name in sorted(group)))
            for group in groups
        )
    )
