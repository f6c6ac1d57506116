"""Reads a ready supergraph: SDL with the directives of the join specification."""

from __future__ import annotations

from collections.abc import Iterable

from graphql import GraphQLError, GraphQLSyntaxError, parse

from gateway.federation.errors import Problem, SupergraphError
from gateway.federation.supergraph.api_schema import accessible_definitions, build_api_schema
from gateway.federation.supergraph.definitions import ROOT_NAMES, Definitions
from gateway.federation.supergraph.features import read_features
from gateway.federation.supergraph.model import Supergraph
from gateway.federation.supergraph.reader_definitions import read_definitions
from gateway.federation.supergraph.reader_graphs import read_graphs
from gateway.federation.supergraph.reader_joins import JoinReader


def read_supergraph(sdl: str) -> Supergraph:
    """The supergraph that a composition tool wrote, by the join specification v0.1 to v0.5.

    The addresses in `@join__graph(url:)` are in `Supergraph.subgraphs[name].url`. Root types that
    the schema names otherwise become Query, Mutation and Subscription. Raises SupergraphError
    with every problem found.
    """
    try:
        document = parse(sdl, no_location=True)
    except GraphQLSyntaxError as error:
        line = error.locations[0].line if error.locations else 0
        message = f"The supergraph does not parse (line {line}): {error.message}"
        raise SupergraphError([Problem("INVALID_GRAPHQL", message)]) from error
    features = read_features(document)
    _raise(features.problems)
    read = read_definitions(document, features)
    _raise(read.problems)
    graphs = read_graphs(read.graphs, features.graph_enum)
    _raise(graphs.problems)
    definitions = read.definitions
    joins = JoinReader(definitions, graphs.subgraphs)
    joins.read()
    if "Query" not in definitions.types:
        joins.problems.append(Problem("NO_QUERIES", "The supergraph has no query root type."))
    _raise(joins.problems)
    definitions.types = {
        name: definitions.types[name]
        for name in (*ROOT_NAMES.values(), *sorted(definitions.types))
        if name in definitions.types
    }
    _check_api_schema(definitions)
    return Supergraph(definitions, {one.name: one for one in graphs.subgraphs.values()})


def _check_api_schema(definitions: Definitions) -> None:
    try:
        build_api_schema(accessible_definitions(definitions))
    except (TypeError, ValueError, GraphQLError) as error:
        raise SupergraphError([Problem("INVALID_GRAPHQL", str(error))]) from error


def _raise(problems: Iterable[Problem]) -> None:
    found = tuple(dict.fromkeys(problems))
    if found:
        raise SupergraphError(found)
