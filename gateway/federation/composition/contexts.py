"""`@context` and `@fromContext`: values that a field takes from what stands above it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from graphql import SelectionSetNode, StringValueNode

from gateway.federation.composition.field_sets import InvalidFieldSetError, parse_selection_set
from gateway.federation.supergraph.definitions import Definitions, Directive

_VALUE = re.compile(r"^\s*\$\s*(?P<context>[A-Za-z0-9_]+)(?P<selection>[\s\S]*)$")


@dataclass(frozen=True, slots=True)
class ContextValue:
    """The two parts of `@fromContext(field: "$name { selection }")`."""

    context: str
    selection: str


def read_context_value(directive: Directive) -> ContextValue | None:
    """The parts; None when the context's name or the selection is missing."""
    value = directive.arguments.get("field")
    match = _VALUE.match(value.value) if isinstance(value, StringValueNode) else None
    if match is None or not match["selection"].strip():
        return None
    return ContextValue(match["context"], match["selection"])


def context_selection(value: ContextValue) -> SelectionSetNode | None:
    """The syntax tree of the selection; None when it does not parse."""
    try:
        return parse_selection_set(value.selection)
    except InvalidFieldSetError:
        return None


def context_name(directive: Directive) -> str | None:
    """The name that `@context` sets."""
    value = directive.arguments.get("name")
    return value.value if isinstance(value, StringValueNode) else None


def context_types(definitions: Definitions, context: str) -> tuple[str, ...]:
    """The types of a subgraph that set the context."""
    return tuple(
        definition.name
        for definition in definitions.types.values()
        if any(context_name(item) == context for item in definition.applied("context"))
    )


def object_types(definitions: Definitions, context: str) -> tuple[str, ...]:
    """The object types whose values may set the context."""
    names = context_types(definitions, context)
    return tuple(
        dict.fromkeys(one for name in names for one in sorted(definitions.possible_types(name)))
    )
