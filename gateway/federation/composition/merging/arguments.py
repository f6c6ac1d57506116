"""Arguments of fields and directives: what every subgraph accepts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.federation.composition.merging.context import MergeContext, Source
from gateway.federation.composition.merging.inputs import merge_input_value
from gateway.federation.supergraph.definitions import Field, InputValue


def merge_field_arguments(
    context: MergeContext, coordinate: str, sources: Sequence[Source[Field]]
) -> dict[str, InputValue]:
    """The arguments that the field has in every subgraph, without those from a context."""
    contextual = {
        argument.name
        for source in sources
        for argument in source.element.arguments.values()
        if argument.has("fromContext")
    }
    for name in contextual:
        _check_contextual(context, f"{coordinate}({name}:)", name, sources)
    declared = [
        (
            source,
            {k: v for k, v in source.element.arguments.items() if k not in contextual},
        )
        for source in sources
    ]
    return merge_arguments(context, coordinate, declared)


def _check_contextual(
    context: MergeContext, coordinate: str, name: str, sources: Sequence[Source[Field]]
) -> None:
    for source in sources:
        argument = source.element.arguments.get(name)
        if argument is None or argument.has("fromContext"):
            continue
        if argument.is_required:
            context.problem(
                "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS",
                f'"{coordinate}" comes from a context in another subgraph, but is required in '
                f'"{source.name}", where nobody could give it. Make it optional there.',
                coordinate,
                [source],
            )
        else:
            context.hint(
                "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS",
                f'"{coordinate}" comes from a context in another subgraph, and so is never '
                f'given in "{source.name}".',
                coordinate,
                [source],
            )


def merge_arguments(
    context: MergeContext,
    coordinate: str,
    sources: Sequence[tuple[Source[Field] | Source[InputValue], Mapping[str, InputValue]]],
) -> dict[str, InputValue]:
    """The arguments that are in every source."""
    merged: dict[str, InputValue] = {}
    for name in dict.fromkeys(name for _, arguments in sources for name in arguments):
        argument_coordinate = f"{coordinate}({name}:)"
        holders = [
            Source(source.subgraph, arguments[name])
            for source, arguments in sources
            if name in arguments
        ]
        if len(holders) == len(sources):
            merged[name] = merge_input_value(
                context, argument_coordinate, name, holders, is_argument=True
            )
            continue
        required = [holder for holder in holders if holder.element.is_required]
        missing = ", ".join(source.name for source, arguments in sources if name not in arguments)
        if required:
            context.problem(
                "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH",
                f'The argument "{argument_coordinate}" is required in '
                f"{', '.join(holder.name for holder in required)} but missing in {missing}. Add "
                "it there or make it optional.",
                argument_coordinate,
                holders,
            )
        else:
            context.hint(
                "INCONSISTENT_ARGUMENT_PRESENCE",
                f'The argument "{argument_coordinate}" is missing in {missing} and so is not in '
                "the supergraph.",
                argument_coordinate,
                holders,
            )
    return merged
