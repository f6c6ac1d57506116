"""Composition: all steps in order."""

from __future__ import annotations

from collections.abc import Iterable

from graphql import validate_schema

from gateway.federation.composition.accessibility import check_accessibility
from gateway.federation.composition.externals import field_roles
from gateway.federation.composition.interfaces import check_interfaces
from gateway.federation.composition.joins import join_subgraphs
from gateway.federation.composition.merging.composed_directives import find_composed_directives
from gateway.federation.composition.merging.context import MergeContext
from gateway.federation.composition.merging.merge import merge_subgraphs
from gateway.federation.composition.overrides import drop_overridden
from gateway.federation.composition.reader import read_subgraph
from gateway.federation.composition.runtime_types import check_runtime_types
from gateway.federation.composition.satisfiability import check_satisfiability
from gateway.federation.composition.sharing import check_sharing
from gateway.federation.composition.subgraph import ParsedSubgraph, Subgraph
from gateway.federation.composition.transitive_access import check_transitive_access
from gateway.federation.composition.validation.subgraph_rules import check_subgraph
from gateway.federation.errors import CompositionError, Problem
from gateway.federation.supergraph.api_schema import accessible_definitions, build_api_schema
from gateway.federation.supergraph.definitions import ROOT_NAMES
from gateway.federation.supergraph.model import Supergraph


def compose(subgraphs: Iterable[Subgraph]) -> Supergraph:
    """Compose subgraphs into a supergraph.

    Raises CompositionError with every problem found. Later stages need the earlier ones, so
    the problems of one stage are reported together: reading, each subgraph by itself, all
    subgraphs together, then satisfiability.
    """
    parsed = _read(tuple(subgraphs))
    roles = {subgraph.name: field_roles(subgraph) for subgraph in parsed}
    _raise(
        problem for subgraph in parsed for problem in check_subgraph(subgraph, roles[subgraph.name])
    )
    context = MergeContext(parsed, roles)
    features = find_composed_directives(context)
    merge_subgraphs(context)
    if "Query" not in context.merged.types:
        context.problems.append(
            Problem("NO_QUERIES", "No subgraph has a query field; define type Query in one.")
        )
    join_subgraphs(context)
    context.problems += check_sharing(context)
    context.problems += check_interfaces(context)
    context.problems += check_accessibility(context.merged)
    context.problems += check_transitive_access(context)
    _raise(context.problems)
    _raise(check_runtime_types(context))
    drop_overridden(context)
    ordered = {
        name: context.merged.types[name]
        for name in (*ROOT_NAMES.values(), *sorted(context.merged.types))
        if name in context.merged.types
    }
    context.merged.types = ordered
    supergraph = Supergraph(
        context.merged,
        {subgraph.name: subgraph.joined for subgraph in parsed},
        tuple(context.hints),
        features,
    )
    _check_api_schema(supergraph)
    _raise(check_satisfiability(supergraph))
    return supergraph


def _read(subgraphs: tuple[Subgraph, ...]) -> list[ParsedSubgraph]:
    problems: list[Problem] = []
    names: set[str] = set()
    parsed: list[ParsedSubgraph] = []
    for subgraph in subgraphs:
        if not subgraph.name or subgraph.name == "_" or subgraph.name in names:
            problems.append(
                Problem(
                    "INVALID_SUBGRAPH_NAME",
                    f'The subgraph name "{subgraph.name}" is empty, used twice or an '
                    "underscore. Give each subgraph its own name.",
                    subgraphs=(subgraph.name,),
                )
            )
        names.add(subgraph.name)
        try:
            parsed.append(read_subgraph(subgraph))
        except CompositionError as error:
            problems += error.problems
    _raise(problems)
    return parsed


def _check_api_schema(supergraph: Supergraph) -> None:
    try:
        schema = build_api_schema(accessible_definitions(supergraph.definitions))
    except (TypeError, ValueError) as error:
        raise CompositionError([Problem("INVALID_GRAPHQL", str(error))]) from error
    _raise(Problem("INVALID_GRAPHQL", finding.message) for finding in validate_schema(schema))


def _raise(problems: Iterable[Problem]) -> None:
    found = tuple(dict.fromkeys(problems))
    if found:
        raise CompositionError(found)
