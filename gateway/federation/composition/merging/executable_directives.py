"""Directives that clients may put into operations."""

from __future__ import annotations

from collections.abc import Sequence

from graphql import (
    DirectiveDefinitionNode,
    InputValueDefinitionNode,
    NameNode,
    StringValueNode,
    TypeNode,
    parse_const_value,
    parse_type,
    print_ast,
)

from gateway.federation.composition.merging.arguments import merge_arguments
from gateway.federation.composition.merging.context import MergeContext, Source
from gateway.federation.errors import Hint
from gateway.federation.supergraph.api_schema import EXECUTABLE_PLACES
from gateway.federation.supergraph.definitions import InputValue
from gateway.federation.supergraph.type_ref import TypeRef

_WELL_KNOWN = frozenset({"skip", "include", "defer", "stream"})


def is_executable(node: DirectiveDefinitionNode) -> bool:
    """Can the directive stand in an operation?"""
    return any(place.value in EXECUTABLE_PLACES for place in node.locations)


def merge_executable_directives(context: MergeContext) -> None:
    """Keep those that all subgraphs define, with what all of them accept."""
    names = dict.fromkeys(
        name
        for subgraph in context.subgraphs
        for name, node in subgraph.definitions.directives.items()
        if is_executable(node) and name not in _WELL_KNOWN
    )
    for name in names:
        nodes = {
            subgraph.name: subgraph.definitions.directives[name]
            for subgraph in context.subgraphs
            if name in subgraph.definitions.directives
            and is_executable(subgraph.definitions.directives[name])
        }
        merged = _merge(context, name, nodes)
        if merged is not None:
            context.merged.directives[name] = merged


def _merge(
    context: MergeContext, name: str, nodes: dict[str, DirectiveDefinitionNode]
) -> DirectiveDefinitionNode | None:
    coordinate = f"@{name}"

    def hint(code: str, message: str) -> None:
        context.hints.append(Hint(code, message, (coordinate,), tuple(nodes)))

    if len(nodes) < len(context.subgraphs):
        missing = [one.name for one in context.subgraphs if one.name not in nodes]
        hint(
            "INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE",
            f'"{coordinate}" is not defined in {", ".join(missing)} and so is not in the '
            "supergraph.",
        )
        return None
    places = [
        {place.value for place in node.locations} & EXECUTABLE_PLACES for node in nodes.values()
    ]
    common = set.intersection(*places)
    if not common:
        hint(
            "NO_EXECUTABLE_DIRECTIVE_INTERSECTION",
            f'"{coordinate}" has no place that all subgraphs allow, and so is not in the '
            "supergraph.",
        )
        return None
    if any(one != common for one in places):
        hint(
            "INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS",
            f'"{coordinate}" is allowed on {", ".join(sorted(common))} only, the places that all '
            "subgraphs allow.",
        )
    repeatable = [node.repeatable for node in nodes.values()]
    if len(set(repeatable)) > 1:
        hint(
            "INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE",
            f'"{coordinate}" is repeatable in some subgraphs only, and so not in the supergraph.',
        )
    arguments = _merge_arguments(context, coordinate, list(nodes.values()))
    return DirectiveDefinitionNode(
        name=NameNode(value=name),
        description=next((node.description for node in nodes.values() if node.description), None),
        arguments=tuple(_argument_node(item) for item in arguments.values()),
        repeatable=all(repeatable),
        locations=tuple(NameNode(value=place) for place in sorted(common)),
    )


def _merge_arguments(
    context: MergeContext, coordinate: str, nodes: Sequence[DirectiveDefinitionNode]
) -> dict[str, InputValue]:
    sources = []
    for subgraph, node in zip(context.subgraphs, nodes, strict=True):
        arguments = {
            item.name.value: InputValue(
                item.name.value,
                item.description.value if item.description else None,
                type=TypeRef.of(item.type),
                default=item.default_value,
            )
            for item in node.arguments or ()
        }
        placeholder = InputValue(coordinate, type=TypeRef("Boolean"))
        sources.append((Source(subgraph, placeholder), arguments))
    return merge_arguments(context, coordinate, sources)


def _argument_node(item: InputValue) -> InputValueDefinitionNode:
    reference: TypeNode = parse_type(str(item.type), no_location=True)
    default = print_ast(item.default) if item.default is not None else None
    return InputValueDefinitionNode(
        name=NameNode(value=item.name),
        description=StringValueNode(value=item.description) if item.description else None,
        type=reference,
        default_value=parse_const_value(default, no_location=True) if default else None,
        directives=(),
    )
