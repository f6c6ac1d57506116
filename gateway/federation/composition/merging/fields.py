"""Fields of objects and interfaces."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.federation.composition.merging.context import MergeContext, Source
from gateway.federation.composition.merging.elements import merge_description, merge_directives
from gateway.federation.composition.merging.inputs import merge_arguments
from gateway.federation.composition.merging.type_refs import merge_output_type
from gateway.federation.supergraph.definitions import Field, TypeDefinition
from gateway.federation.supergraph.type_ref import TypeRef


def merge_fields(
    context: MergeContext, name: str, sources: Sequence[Source[TypeDefinition]]
) -> dict[str, Field]:
    """The union of the fields that the subgraphs give an object or interface."""
    merged: dict[str, Field] = {}
    for field_name in dict.fromkeys(key for source in sources for key in source.element.fields):
        holders = [
            Source(source.subgraph, source.element.fields[field_name])
            for source in sources
            if field_name in source.element.fields
        ]
        field = merge_field(context, name, field_name, holders)
        if field is not None:
            merged[field_name] = field
    return merged


def merge_field(
    context: MergeContext, type_name: str, field_name: str, sources: Sequence[Source[Field]]
) -> Field | None:
    """One field. External declarations do not shape it, but must agree with it."""
    coordinate = f"{type_name}.{field_name}"
    defining = [source for source in sources if not _is_external(context, source, type_name)]
    if not defining:
        if any(not source.subgraph.is_federation_1 for source in sources) or any(
            (type_name, field_name) in context.roles[source.name].used for source in sources
        ):
            context.problem(
                "EXTERNAL_MISSING_ON_BASE",
                f'"{coordinate}" is @external in every subgraph that declares it. One of them '
                "must resolve it: remove @external there.",
                coordinate,
                sources,
            )
        return None
    field = Field(
        field_name,
        merge_description(context, coordinate, sources),
        merge_directives(context, sources),
        type=merge_output_type(context, coordinate, defining),
        arguments=merge_arguments(context, coordinate, defining),
    )
    for source in sources:
        if source not in defining:
            _check_external(context, coordinate, field, source)
    return field


def _is_external(context: MergeContext, source: Source[Field], type_name: str) -> bool:
    return (type_name, source.element.name) in context.roles[source.name].external


def _check_external(
    context: MergeContext, coordinate: str, field: Field, source: Source[Field]
) -> None:
    declared = source.element
    if not _fits(context, declared.type, field.type):
        context.problem(
            "EXTERNAL_TYPE_MISMATCH",
            f'"{coordinate}" is @external with the type "{declared.type}", but is '
            f'"{field.type}" where it is resolved. Declare that type.',
            coordinate,
            [source],
        )
    for name, argument in field.arguments.items():
        if name not in declared.arguments:
            context.problem(
                "EXTERNAL_ARGUMENT_MISSING",
                f'"{coordinate}" is @external without its argument "{name}". Declare it.',
                coordinate,
                [source],
            )
        elif declared.arguments[name].type.nullable.name != argument.type.nullable.name:
            context.problem(
                "EXTERNAL_ARGUMENT_TYPE_MISMATCH",
                f'The argument "{name}" of the @external "{coordinate}" is '
                f'"{declared.arguments[name].type}", but "{argument.type}" where it is resolved.',
                coordinate,
                [source],
            )


def _fits(context: MergeContext, declared: TypeRef, merged: TypeRef) -> bool:
    if declared.list_depth != merged.list_depth:
        return False
    if declared.name == merged.name:
        return True
    definition = context.merged.types.get(declared.name)
    if definition is None:
        return any(
            merged.name in subgraph.definitions.types[declared.name].interfaces
            for subgraph in context.subgraphs
            if declared.name in subgraph.definitions.types
        )
    return merged.name in definition.interfaces
