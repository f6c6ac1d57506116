"""Arguments and input objects: what every subgraph accepts."""

from __future__ import annotations

from collections.abc import Sequence

from graphql import print_ast

from gateway.federation.composition.merging.context import (
    MergeContext,
    Source,
    by_text,
    spelled,
)
from gateway.federation.composition.merging.elements import merge_description, merge_directives
from gateway.federation.composition.merging.type_refs import merge_input_type
from gateway.federation.supergraph.definitions import Field, InputValue, TypeDefinition


def merge_arguments(
    context: MergeContext, coordinate: str, sources: Sequence[Source[Field]]
) -> dict[str, InputValue]:
    """The arguments that the field has in every subgraph."""
    merged: dict[str, InputValue] = {}
    for name in dict.fromkeys(name for source in sources for name in source.element.arguments):
        argument_coordinate = f"{coordinate}({name}:)"
        holders = [
            Source(source.subgraph, source.element.arguments[name])
            for source in sources
            if name in source.element.arguments
        ]
        if len(holders) == len(sources):
            merged[name] = merge_input_value(
                context, argument_coordinate, name, holders, is_argument=True
            )
            continue
        required = [holder for holder in holders if holder.element.is_required]
        missing = [source.name for source in sources if name not in source.element.arguments]
        if required:
            context.problem(
                "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH",
                f'The argument "{argument_coordinate}" is required in '
                f"{', '.join(holder.name for holder in required)} but missing in "
                f"{', '.join(missing)}. Add it there or make it optional.",
                argument_coordinate,
                holders,
            )
        else:
            context.hint(
                "INCONSISTENT_ARGUMENT_PRESENCE",
                f'The argument "{argument_coordinate}" is missing in {", ".join(missing)} and so '
                "is not in the supergraph.",
                argument_coordinate,
                holders,
            )
    return merged


def merge_input_value(
    context: MergeContext,
    coordinate: str,
    name: str,
    sources: Sequence[Source[InputValue]],
    *,
    is_argument: bool,
) -> InputValue:
    """One argument or input field that all sources have."""
    defaults = by_text(
        (source.name, print_ast(source.element.default))
        for source in sources
        if source.element.default is not None
    )
    without = [source.name for source in sources if source.element.default is None]
    if len(defaults) > 1 or (defaults and without):
        if without:
            defaults.append(("no default", without))
        kind = "FIELD_ARGUMENT" if is_argument else "INPUT_FIELD"
        context.problem(
            f"{kind}_DEFAULT_MISMATCH",
            f'"{coordinate}" has different defaults: {spelled(defaults)}. Use the same default '
            "everywhere.",
            coordinate,
            sources,
        )
    return InputValue(
        name,
        merge_description(context, coordinate, sources),
        merge_directives(context, sources),
        type=merge_input_type(context, coordinate, sources, is_argument=is_argument),
        default=sources[0].element.default,
    )


def merge_input_fields(
    context: MergeContext, name: str, sources: Sequence[Source[TypeDefinition]]
) -> dict[str, InputValue]:
    """The input fields that the input object has in every subgraph."""
    merged: dict[str, InputValue] = {}
    names = dict.fromkeys(field for source in sources for field in source.element.input_fields)
    for field_name in names:
        coordinate = f"{name}.{field_name}"
        holders = [
            Source(source.subgraph, source.element.input_fields[field_name])
            for source in sources
            if field_name in source.element.input_fields
        ]
        missing = [source for source in sources if field_name not in source.element.input_fields]
        if not missing:
            merged[field_name] = merge_input_value(
                context, coordinate, field_name, holders, is_argument=False
            )
            continue
        listed = ", ".join(source.name for source in missing)
        if any(holder.element.is_required for holder in holders):
            context.problem(
                "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH",
                f'The input field "{coordinate}" is required, but missing in {listed}. Add it '
                "there or make it optional.",
                coordinate,
                holders,
            )
        else:
            context.hint(
                "INCONSISTENT_INPUT_OBJECT_FIELD",
                f'The input field "{coordinate}" is missing in {listed} and so is not in the '
                "supergraph.",
                coordinate,
                holders,
            )
    if not merged and names:
        context.problem(
            "EMPTY_MERGED_INPUT_TYPE",
            f'No field of the input "{name}" is in every subgraph that defines it. Give them a '
            "field in common.",
            name,
            sources,
        )
    return merged
