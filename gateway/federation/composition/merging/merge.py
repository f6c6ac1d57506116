"""Merges all types of all subgraphs."""

from __future__ import annotations

import copy
from collections.abc import Sequence

from graphql import print_ast

from gateway.federation.composition.merging.context import (
    MergeContext,
    Source,
    by_text,
    spelled,
)
from gateway.federation.composition.merging.elements import merge_description, merge_directives
from gateway.federation.composition.merging.enums import merge_enum_values
from gateway.federation.composition.merging.fields import merge_fields
from gateway.federation.composition.merging.inputs import merge_input_fields
from gateway.federation.supergraph.definitions import Kind, TypeDefinition


def merge_subgraphs(context: MergeContext) -> None:
    """Fill `context.merged`; whatever does not fit is added to the problems."""
    names = dict.fromkeys(
        name for subgraph in context.subgraphs for name in subgraph.definitions.types
    )
    for name in names:
        sources = [
            Source(subgraph, subgraph.definitions.types[name])
            for subgraph in context.subgraphs
            if name in subgraph.definitions.types
        ]
        merged = _merge_type(context, name, sources)
        if merged is not None:
            context.merged.types[name] = merged
    _add_interface_object_fields(context)
    _merge_directive_definitions(context)


def _kind_of(source: Source[TypeDefinition]) -> Kind:
    return Kind.INTERFACE if source.element.has("interfaceObject") else source.element.kind


def _merge_type(
    context: MergeContext, name: str, sources: Sequence[Source[TypeDefinition]]
) -> TypeDefinition | None:
    kinds = by_text((source.name, str(_kind_of(source))) for source in sources)
    if len(kinds) > 1:
        context.problem(
            "TYPE_KIND_MISMATCH",
            f'"{name}" is of different kinds: {spelled(kinds)}. Rename one of them.',
            name,
            sources,
        )
        return None
    kind = _kind_of(sources[0])
    merged = TypeDefinition(
        name,
        merge_description(context, name, sources),
        merge_directives(context, sources),
        kind=kind,
        interfaces=list(dict.fromkeys(i for s in sources for i in s.element.interfaces)),
        members=list(dict.fromkeys(m for s in sources for m in s.element.members)),
    )
    if kind in (Kind.OBJECT, Kind.INTERFACE):
        merged.fields = merge_fields(context, name, sources)
        if not merged.fields:
            return None
    elif kind is Kind.ENUM:
        merged.values = merge_enum_values(context, name, sources)
    elif kind is Kind.INPUT:
        merged.input_fields = merge_input_fields(context, name, sources)
    return merged


def _add_interface_object_fields(context: MergeContext) -> None:
    """An interface object adds its fields to every implementation of the interface."""
    types = context.merged.types
    for subgraph in context.subgraphs:
        for definition in subgraph.definitions.types.values():
            interface = types.get(definition.name)
            if not definition.has("interfaceObject") or interface is None:
                continue
            for implementation in types.values():
                if (
                    implementation.kind is not Kind.OBJECT
                    or definition.name not in implementation.interfaces
                ):
                    continue
                for field_name in definition.fields:
                    if field_name in interface.fields:
                        implementation.fields.setdefault(
                            field_name, copy.copy(interface.fields[field_name])
                        )


def _merge_directive_definitions(context: MergeContext) -> None:
    """Keep the definitions of composed directives, and of the executable ones all agree on."""
    for subgraph in context.subgraphs:
        for name in subgraph.composed_directives:
            node = subgraph.definitions.directives.get(name)
            if node is None:
                context.problem(
                    "DIRECTIVE_COMPOSITION_ERROR",
                    f'@composeDirective names "@{name}", which "{subgraph.name}" does not '
                    "define. Define it or correct the name.",
                    f"@{name}",
                    [],
                )
                continue
            earlier = context.merged.directives.setdefault(name, node)
            if print_ast(earlier) != print_ast(node):
                context.problem(
                    "DIRECTIVE_COMPOSITION_ERROR",
                    f'"@{name}" is defined differently in "{subgraph.name}" than before. Use '
                    "one definition.",
                    f"@{name}",
                    [],
                )
