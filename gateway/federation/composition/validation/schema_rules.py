"""A subgraph must be a valid GraphQL schema."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import GraphQLError, build_schema, validate_schema

from gateway.federation.composition.subgraph import ParsedSubgraph
from gateway.federation.errors import Problem
from gateway.federation.supergraph.definitions import BUILT_IN_SCALARS, Definitions
from gateway.federation.supergraph.printer import Printer, kept

_PLACEHOLDER_QUERY = "type Query { _placeholder: Boolean }"


def check_schema(subgraph: ParsedSubgraph) -> Iterator[Problem]:
    """Unknown types first; with those out of the way, everything GraphQL itself asks for."""
    unknown = list(_unknown_types(subgraph))
    yield from unknown
    if unknown:
        return
    definitions = Definitions(subgraph.definitions.types)
    sdl = Printer(kept(frozenset())).definitions(definitions)
    if "Query" not in definitions.types:
        sdl += _PLACEHOLDER_QUERY
    try:
        schema = build_schema(sdl, assume_valid_sdl=True)
    except (GraphQLError, TypeError) as error:
        yield _problem(subgraph, str(error))
        return
    for finding in validate_schema(schema):
        yield _problem(subgraph, finding.message)


def _problem(subgraph: ParsedSubgraph, message: str, *coordinates: str) -> Problem:
    return Problem("INVALID_GRAPHQL", message, coordinates, (subgraph.name,))


def _unknown_types(subgraph: ParsedSubgraph) -> Iterator[Problem]:
    types = subgraph.definitions.types
    for definition in types.values():
        references = [
            *(
                (f"{definition.name}.{item.name}", item.type.name)
                for item in definition.fields.values()
            ),
            *(
                (f"{definition.name}.{item.name}", item.type.name)
                for item in definition.input_fields.values()
            ),
        ]
        references += [
            (f"{definition.name}.{item.name}({argument.name}:)", argument.type.name)
            for item in definition.fields.values()
            for argument in item.arguments.values()
        ]
        references += [(definition.name, name) for name in definition.interfaces]
        references += [(definition.name, name) for name in definition.members]
        for coordinate, name in references:
            if name not in types and name not in BUILT_IN_SCALARS:
                yield _problem(
                    subgraph,
                    f'"{coordinate}" mentions the type "{name}", which is not defined. Define '
                    "it in this subgraph or correct the name.",
                    coordinate,
                )
