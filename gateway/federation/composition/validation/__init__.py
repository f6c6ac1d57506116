"""Rules that hold for one subgraph by itself."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.federation.composition.externals import FieldRoles
from gateway.federation.composition.subgraph import ParsedSubgraph
from gateway.federation.composition.validation.directive_rules import check_directives
from gateway.federation.composition.validation.field_set_rules import check_field_sets
from gateway.federation.composition.validation.schema_rules import check_schema
from gateway.federation.errors import Problem

__all__ = ["check_subgraph"]


def check_subgraph(subgraph: ParsedSubgraph, roles: FieldRoles) -> Iterator[Problem]:
    """Every reason why the subgraph is not valid, other subgraphs left aside."""
    broken = list(check_schema(subgraph))
    yield from broken
    if not broken:
        yield from check_field_sets(subgraph, roles)
        yield from check_directives(subgraph, roles)
