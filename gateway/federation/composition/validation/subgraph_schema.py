"""A subgraph as a schema of graphql-core, with the directives that it may use."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import (
    GraphQLError,
    GraphQLSchema,
    TypeDefinitionNode,
    build_schema,
    print_ast,
)

from gateway.federation.composition.specification import (
    directive_definitions,
    renamed_directive,
    type_definitions,
)
from gateway.federation.composition.subgraph import ParsedSubgraph
from gateway.federation.errors import Problem
from gateway.federation.supergraph.definitions import Definitions
from gateway.federation.supergraph.printer import Printer, kept

_PLACEHOLDER_QUERY = "type Query { _placeholder: Boolean }"


def subgraph_schema(subgraph: ParsedSubgraph) -> GraphQLSchema | Problem:
    """The subgraph's types, and the definitions of all directives under its names for them."""
    definitions = Definitions(subgraph.definitions.types)
    parts = [Printer(kept(frozenset())).definitions(definitions), *_specified(subgraph)]
    parts += [print_ast(node) for node in subgraph.definitions.directives.values()]
    if "Query" not in definitions.types:
        parts.append(_PLACEHOLDER_QUERY)
    try:
        return build_schema("\n\n".join(parts), assume_valid_sdl=True)
    except (GraphQLError, TypeError) as error:
        return Problem("INVALID_GRAPHQL", str(error), (), (subgraph.name,))


def _specified(subgraph: ParsedSubgraph) -> Iterator[str]:
    for node in type_definitions():
        if (
            isinstance(node, TypeDefinitionNode)
            and node.name.value not in subgraph.definitions.types
        ):
            yield print_ast(node)
    specified = directive_definitions()
    for local, name in {"oneOf": "oneOf", **subgraph.links.canonical}.items():
        if local not in subgraph.definitions.directives:
            yield print_ast(renamed_directive(specified[name], local))
