"""Enums: merged by where they are used."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.federation.composition.merging.context import MergeContext, Source
from gateway.federation.composition.merging.elements import merge_description, merge_directives
from gateway.federation.supergraph.definitions import EnumValue, TypeDefinition


def merge_enum_values(
    context: MergeContext, name: str, sources: Sequence[Source[TypeDefinition]]
) -> dict[str, EnumValue]:
    """All values of an enum that is only read, the common ones of an enum that is only written.

    An enum that is both must be the same everywhere, since a value that one subgraph returns
    may be sent to the other.
    """
    is_input, is_output = _uses(context, name)
    merged: dict[str, EnumValue] = {}
    for value_name in dict.fromkeys(key for source in sources for key in source.element.values):
        coordinate = f"{name}.{value_name}"
        holders = [
            Source(source.subgraph, source.element.values[value_name])
            for source in sources
            if value_name in source.element.values
        ]
        value = EnumValue(
            value_name,
            merge_description(context, coordinate, holders),
            merge_directives(context, holders),
        )
        missing = [source.name for source in sources if value_name not in source.element.values]
        if missing and is_input and not value.has("inaccessible"):
            if is_output:
                context.problem(
                    "ENUM_VALUE_MISMATCH",
                    f'The enum "{name}" is used for input and for output and so must be the same '
                    f'everywhere, but "{value_name}" is missing in {", ".join(missing)}.',
                    coordinate,
                    holders,
                )
            else:
                context.hint(
                    "INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM",
                    f'"{coordinate}" is missing in {", ".join(missing)} and so is not in the '
                    "supergraph.",
                    coordinate,
                    holders,
                )
                continue
        merged[value_name] = value
    if not merged:
        context.problem(
            "EMPTY_MERGED_ENUM_TYPE",
            f'No value of the enum "{name}" is in every subgraph that defines it. Give them a '
            "value in common.",
            name,
            sources,
        )
    return merged


def _uses(context: MergeContext, name: str) -> tuple[bool, bool]:
    is_input = is_output = False
    for subgraph in context.subgraphs:
        for definition in subgraph.definitions.types.values():
            for field in definition.fields.values():
                is_output |= field.type.name == name
                is_input |= any(item.type.name == name for item in field.arguments.values())
            is_input |= any(item.type.name == name for item in definition.input_fields.values())
    return is_input, is_output
