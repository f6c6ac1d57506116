"""Enums: merged by where they are used."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.federation.composition.merging.context import MergeContext, Source
from gateway.federation.composition.merging.elements import merge_description, merge_directives
from gateway.federation.supergraph.definitions import EnumValue, TypeDefinition
from gateway.federation.supergraph.type_ref import TypeRef


def merge_enum_values(
    context: MergeContext, name: str, sources: Sequence[Source[TypeDefinition]]
) -> dict[str, EnumValue]:
    """All values of an enum that is only read, the common ones of an enum that is only written.

    An enum that is both must be the same everywhere, since a value that one subgraph returns
    may be sent to the other.
    """
    is_input, is_output = _uses(context, name)
    if not is_input and not is_output and not _is_argument_of_directive(context, name):
        context.hint(
            "UNUSED_ENUM_TYPE", f'The enum "{name}" is not used by any field.', name, sources
        )
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
            merge_directives(context, coordinate, holders),
        )
        missing = [source.name for source in sources if value_name not in source.element.values]
        if missing and is_input and not is_output:
            context.hint(
                "INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM",
                f'"{coordinate}" is missing in {", ".join(missing)} and so is not in the '
                "supergraph.",
                coordinate,
                holders,
            )
            continue
        if missing and is_input and not value.has("inaccessible"):
            context.problem(
                "ENUM_VALUE_MISMATCH",
                f'The enum of "{coordinate}" is used for input and for output and so must be the '
                f"same everywhere, but the value is missing in {', '.join(missing)}. Add it there.",
                coordinate,
                holders,
            )
        elif missing and not is_input:
            context.hint(
                "INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM",
                f'"{coordinate}" is missing in {", ".join(missing)}, but is in the supergraph, '
                "since the enum is only read.",
                coordinate,
                holders,
            )
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


def _is_argument_of_directive(context: MergeContext, name: str) -> bool:
    return any(
        TypeRef.of(argument.type).name == name
        for node in context.merged.directives.values()
        for argument in node.arguments or ()
    )


def _uses(context: MergeContext, name: str) -> tuple[bool, bool]:
    is_input = is_output = False
    for subgraph in context.subgraphs:
        for definition in subgraph.definitions.types.values():
            for field in definition.fields.values():
                is_output |= field.type.name == name
                is_input |= any(item.type.name == name for item in field.arguments.values())
            is_input |= any(item.type.name == name for item in definition.input_fields.values())
    return is_input, is_output
