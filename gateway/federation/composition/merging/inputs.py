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
from gateway.federation.composition.merging.values import same_value
from gateway.federation.supergraph.definitions import InputValue, TypeDefinition


def merge_input_value(
    context: MergeContext,
    coordinate: str,
    name: str,
    sources: Sequence[Source[InputValue]],
    *,
    is_argument: bool,
) -> InputValue:
    """One argument or input field that all sources have.

    A default that only some give is left out: each subgraph then applies its own.
    """
    merged = InputValue(
        name,
        merge_description(context, coordinate, sources),
        merge_directives(context, coordinate, sources),
        type=merge_input_type(context, coordinate, sources, is_argument=is_argument),
    )
    given = [source for source in sources if source.element.default is not None]
    if not given:
        return merged
    first = given[0].element.default
    if any(not same_value(first, source.element.default) for source in given):
        shown = by_text(
            (source.name, print_ast(source.element.default))
            for source in given
            if source.element.default is not None
        )
        kind = "FIELD_ARGUMENT" if is_argument else "INPUT_FIELD"
        context.problem(
            f"{kind}_DEFAULT_MISMATCH",
            f'"{coordinate}" has different defaults: {spelled(shown)}. Use the same default '
            "everywhere.",
            coordinate,
            sources,
        )
    elif len(given) < len(sources):
        context.hint(
            "INCONSISTENT_DEFAULT_VALUE_PRESENCE",
            f'"{coordinate}" has a default only in {", ".join(one.name for one in given)}, and '
            "so none in the supergraph.",
            coordinate,
            sources,
        )
    else:
        merged.default = first
    return merged


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
