"""Fields of objects and interfaces."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.federation.composition.merging.arguments import merge_field_arguments
from gateway.federation.composition.merging.context import MergeContext, Source
from gateway.federation.composition.merging.elements import merge_description, merge_directives
from gateway.federation.composition.merging.type_refs import merge_output_type
from gateway.federation.composition.merging.values import same_value
from gateway.federation.supergraph.definitions import Field, Kind, TypeDefinition


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
        _hint_missing(context, f"{name}.{field_name}", sources, holders)
        field = _merge_field(context, name, field_name, holders)
        if field is not None:
            merged[field_name] = field
    return merged


def _hint_missing(
    context: MergeContext,
    coordinate: str,
    sources: Sequence[Source[TypeDefinition]],
    holders: Sequence[Source[Field]],
) -> None:
    if len(holders) == len(sources) or coordinate.startswith(
        ("Query.", "Mutation.", "Subscription.")
    ):
        return
    if any(source.element.has("key") for source in sources):
        return
    missing = sorted({source.name for source in sources} - {holder.name for holder in holders})
    is_interface = sources[0].element.kind is Kind.INTERFACE
    context.hint(
        f"INCONSISTENT_{'INTERFACE' if is_interface else 'OBJECT'}_VALUE_TYPE_FIELD",
        f'"{coordinate}" is not in {", ".join(missing)}, where the type is defined, too.',
        coordinate,
        holders,
    )


def _merge_field(
    context: MergeContext, type_name: str, field_name: str, sources: Sequence[Source[Field]]
) -> Field | None:
    """One field. External declarations do not shape it, but must agree with it."""
    coordinate = f"{type_name}.{field_name}"
    defining = [source for source in sources if not _is_external(context, source, type_name)]
    if not defining:
        if _is_given_by_interface_object(context, type_name, field_name):
            return None
        context.problem(
            "EXTERNAL_MISSING_ON_BASE",
            f'"{coordinate}" is @external in every subgraph that declares it. One of them must '
            "resolve it: remove @external there.",
            coordinate,
            sources,
        )
        return None
    field = Field(
        field_name,
        merge_description(context, coordinate, sources),
        merge_directives(context, coordinate, sources),
        type=merge_output_type(context, coordinate, defining),
        arguments=merge_field_arguments(context, coordinate, defining),
    )
    for source in sources:
        if source not in defining:
            _check_external(context, coordinate, field, source)
    return field


def _is_external(context: MergeContext, source: Source[Field], type_name: str) -> bool:
    return (type_name, source.element.name) in context.roles[source.name].external


def _is_given_by_interface_object(context: MergeContext, type_name: str, field_name: str) -> bool:
    interfaces = {
        name
        for subgraph in context.subgraphs
        if (definition := subgraph.definitions.types.get(type_name)) is not None
        for name in definition.interfaces
    }
    return any(
        field_name in definition.fields
        for subgraph in context.subgraphs
        for name in interfaces
        if (definition := subgraph.definitions.types.get(name)) is not None
        and definition.has("interfaceObject")
    )


def _check_external(
    context: MergeContext, coordinate: str, field: Field, source: Source[Field]
) -> None:
    declared = source.element
    if declared.type != field.type:
        context.problem(
            "EXTERNAL_TYPE_MISMATCH",
            f'"{coordinate}" is @external with the type "{declared.type}", but is '
            f'"{field.type}" where it is resolved. Declare that type.',
            coordinate,
            [source],
        )
    for name, argument in field.arguments.items():
        own = declared.arguments.get(name)
        argument_coordinate = f"{coordinate}({name}:)"
        if own is None:
            context.problem(
                "EXTERNAL_ARGUMENT_MISSING",
                f'"{coordinate}" is @external without its argument "{name}". Declare it.',
                argument_coordinate,
                [source],
            )
            continue
        if own.type.name != argument.type.name or own.type.list_depth != argument.type.list_depth:
            context.problem(
                "EXTERNAL_ARGUMENT_TYPE_MISMATCH",
                f'The argument "{name}" of the @external "{coordinate}" is "{own.type}", but '
                f'"{argument.type}" where it is resolved. Declare that type.',
                argument_coordinate,
                [source],
            )
        elif own.default is not None and not same_value(own.default, argument.default):
            context.problem(
                "EXTERNAL_ARGUMENT_DEFAULT_MISMATCH",
                f'The argument "{name}" of the @external "{coordinate}" has another default than '
                "where it is resolved. Use that one or none.",
                argument_coordinate,
                [source],
            )
