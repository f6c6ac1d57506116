"""Contexts of a subgraph as the supergraph holds them."""

from __future__ import annotations

from gateway.federation.composition.contexts import (
    ContextValue,
    object_types,
    read_context_value,
)
from gateway.federation.composition.field_sets import InvalidFieldSetError, read_field_set
from gateway.federation.composition.merging.context import MergeContext
from gateway.federation.composition.subgraph import ParsedSubgraph
from gateway.federation.operations.selection import Selections
from gateway.federation.supergraph.definitions import Field
from gateway.federation.supergraph.join import ContextArgument


def joined_context(subgraph: str, name: str) -> str:
    """A context belongs to its subgraph: the same name elsewhere is another one."""
    return f"{subgraph}__{name}"


def join_contexts(
    context: MergeContext, subgraph: ParsedSubgraph, field: Field
) -> tuple[ContextArgument, ...]:
    """The arguments of a field that the gateway fills."""
    found: list[ContextArgument] = []
    for argument in field.arguments.values():
        for directive in argument.applied("fromContext"):
            value = read_context_value(directive)
            if value is not None:
                found.append(
                    ContextArgument(
                        argument.name,
                        argument.type,
                        joined_context(subgraph.name, value.context),
                        value.selection,
                        _selections(context, subgraph, value),
                    )
                )
    return tuple(found)


def _selections(
    context: MergeContext, subgraph: ParsedSubgraph, value: ContextValue
) -> dict[str, Selections]:
    text = value.selection.strip()
    wrapped = text if text.startswith("{") else f"{{ {text} }}"
    selections: dict[str, Selections] = {}
    for name in object_types(subgraph.definitions, value.context):
        try:
            selections[name] = read_field_set(wrapped, name, context.merged).selections
        except InvalidFieldSetError:
            # A field that no subgraph resolves was reported while merging.
            continue
    return selections
