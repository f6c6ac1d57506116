"""Merges all types of all subgraphs."""

from __future__ import annotations

import copy
from collections.abc import Sequence

from gateway.federation.composition.merging.context import (
    MergeContext,
    Source,
    by_text,
    spelled,
)
from gateway.federation.composition.merging.elements import merge_description, merge_directives
from gateway.federation.composition.merging.enums import merge_enum_values
from gateway.federation.composition.merging.executable_directives import (
    merge_executable_directives,
)
from gateway.federation.composition.merging.fields import merge_fields
from gateway.federation.composition.merging.inputs import merge_input_fields
from gateway.federation.composition.merging.interface_access import add_interface_access
from gateway.federation.supergraph.definitions import ROOT_NAMES, Kind, TypeDefinition


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
    add_interface_access(context)
    merge_executable_directives(context)


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
    _check_base(context, name, sources)
    kind = _kind_of(sources[0])
    merged = TypeDefinition(
        name,
        merge_description(context, name, sources),
        merge_directives(context, name, sources),
        kind=kind,
        interfaces=list(dict.fromkeys(i for s in sources for i in s.element.interfaces)),
        members=list(dict.fromkeys(m for s in sources for m in s.element.members)),
    )
    if kind in (Kind.OBJECT, Kind.INTERFACE):
        if kind is Kind.OBJECT:
            _hint_entity(context, name, sources)
        merged.fields = merge_fields(context, name, sources)
        if not merged.fields:
            return None
    elif kind is Kind.UNION:
        _hint_members(context, merged, sources)
    elif kind is Kind.ENUM:
        merged.values = merge_enum_values(context, name, sources)
    elif kind is Kind.INPUT:
        merged.input_fields = merge_input_fields(context, name, sources)
    return merged


def _check_base(
    context: MergeContext, name: str, sources: Sequence[Source[TypeDefinition]]
) -> None:
    if name in ROOT_NAMES.values() or not all(
        source.element.is_extension and not source.element.has("extends") for source in sources
    ):
        return
    context.problem(
        "EXTENSION_WITH_NO_BASE",
        f'"{name}" is only extended, never defined. Remove the word "extend" in one subgraph.',
        name,
        sources,
    )


def _hint_entity(
    context: MergeContext, name: str, sources: Sequence[Source[TypeDefinition]]
) -> None:
    entities = [source.name for source in sources if source.element.has("key")]
    if entities and len(entities) < len(sources):
        without = [source.name for source in sources if source.name not in entities]
        context.hint(
            "INCONSISTENT_ENTITY",
            f'"{name}" has a @key in {", ".join(entities)}, but none in {", ".join(without)}.',
            name,
            sources,
        )


def _hint_members(
    context: MergeContext, merged: TypeDefinition, sources: Sequence[Source[TypeDefinition]]
) -> None:
    for member in merged.members:
        missing = [source.name for source in sources if member not in source.element.members]
        if missing:
            context.hint(
                "INCONSISTENT_UNION_MEMBER",
                f'"{member}" is not a member of "{merged.name}" in {", ".join(missing)}.',
                merged.name,
                sources,
            )


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
