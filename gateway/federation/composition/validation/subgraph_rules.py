"""All rules for one subgraph, other subgraphs left aside."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import validate, validate_schema
from graphql.validation import ValuesOfCorrectTypeRule

from gateway.federation.composition.externals import FieldRoles
from gateway.federation.composition.subgraph import ParsedSubgraph
from gateway.federation.composition.validation.access_rules import check_access
from gateway.federation.composition.validation.context_rules import check_contexts
from gateway.federation.composition.validation.cost_rules import check_costs
from gateway.federation.composition.validation.directive_rules import check_directives
from gateway.federation.composition.validation.external_rules import check_externals
from gateway.federation.composition.validation.field_set_rules import check_field_sets
from gateway.federation.composition.validation.subgraph_schema import subgraph_schema
from gateway.federation.errors import Problem, sentence


def check_subgraph(subgraph: ParsedSubgraph, roles: FieldRoles) -> Iterator[Problem]:
    """Every reason why the subgraph is not valid."""
    schema = subgraph_schema(subgraph)
    if isinstance(schema, Problem):
        yield schema
        return
    findings = validate_schema(schema) or validate(
        schema, subgraph.document, [ValuesOfCorrectTypeRule]
    )
    for finding in findings:
        told = f"{sentence(finding.message)} Correct it."
        yield Problem("INVALID_GRAPHQL", told, (), (subgraph.name,))
    if findings:
        return
    yield from check_field_sets(subgraph, schema, roles)
    yield from check_externals(subgraph, roles)
    yield from check_directives(subgraph)
    yield from check_contexts(subgraph, schema)
    yield from check_costs(subgraph)
    yield from check_access(subgraph)
