"""Rules for `@external`."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.federation.composition.externals import FieldRoles
from gateway.federation.composition.specification import COMPOSED
from gateway.federation.composition.subgraph import ParsedSubgraph
from gateway.federation.errors import Problem
from gateway.federation.supergraph.definitions import Field, Kind, TypeDefinition


def check_externals(subgraph: ParsedSubgraph, roles: FieldRoles) -> Iterator[Problem]:
    """External fields are used for something, and carry nothing that says how to resolve them."""
    marked = roles.external | roles.reference_only
    for definition in subgraph.definitions.types.values():
        for field in definition.fields.values():
            coordinate = f"{definition.name}.{field.name}"
            if definition.kind is Kind.INTERFACE and field.has("external"):
                yield Problem(
                    "EXTERNAL_ON_INTERFACE",
                    f'"{coordinate}" is a field of an interface and cannot be @external. Mark '
                    "the fields of the implementing types.",
                    (coordinate,),
                    (subgraph.name,),
                )
            elif (definition.name, field.name) in marked:
                yield from _check_external(subgraph, roles, definition, field)


def _check_external(
    subgraph: ParsedSubgraph, roles: FieldRoles, definition: TypeDefinition, field: Field
) -> Iterator[Problem]:
    coordinate = f"{definition.name}.{field.name}"

    def problem(code: str, message: str) -> Problem:
        return Problem(code, message, (coordinate,), (subgraph.name,))

    if field.has("provides"):
        yield problem(
            "EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE",
            f'"{coordinate}" is @external and so is not resolved here; @provides has no meaning. '
            "Remove one of the two.",
        )
    if not subgraph.is_federation_1:
        for directive in field.directives:
            if directive.name in COMPOSED:
                yield problem(
                    "MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL",
                    f'@{directive.name} on the @external "{coordinate}" belongs where the field '
                    "is resolved. Move it there.",
                )
        if not field.has("provides") and (definition.name, field.name) not in roles.used:
            yield problem(
                "EXTERNAL_UNUSED",
                f'"{coordinate}" is @external, but no @key, @requires or @provides uses it and '
                "no interface asks for it. Use it or remove it.",
            )
