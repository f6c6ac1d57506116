"""Reads a Federation 1 subgraph as a Federation 2 one would be written."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.federation.composition.externals import (
    FieldRoles,
    field_roles,
    mentioned_fields,
)
from gateway.federation.composition.subgraph import ParsedSubgraph
from gateway.federation.errors import Problem
from gateway.federation.supergraph.definitions import Directive, Kind, TypeDefinition

_ON_INTERFACE_FIELDS = ("external", "requires", "provides")


def as_federation_2(subgraph: ParsedSubgraph) -> Iterator[Problem]:
    """Take away what Federation 1 allowed without giving it a meaning.

    That are unused external fields, and everything about entities on interfaces. A type that
    is left without fields is gone if it is an extension, otherwise it is a problem.
    """
    types = subgraph.definitions.types
    for definition in types.values():
        if definition.kind is Kind.INTERFACE:
            definition.directives = _without(definition.directives, ("key",))
            for field in definition.fields.values():
                field.directives = _without(field.directives, _ON_INTERFACE_FIELDS)
    roles = field_roles(subgraph)
    for definition in types.values():
        for field in definition.fields.values():
            for name in ("requires", "provides"):
                parent = definition.name if name == "requires" else field.type.name
                field.directives = [
                    item
                    for item in field.directives
                    if item.name != name or _is_external(item, parent, subgraph, roles)
                ]
    used = roles.used
    for name, definition in list(types.items()):
        unused = [
            field.name
            for field in definition.fields.values()
            if field.has("external") and (name, field.name) not in used
        ]
        for field_name in unused:
            del definition.fields[field_name]
        if unused and not definition.fields:
            if _is_mentioned(name, types):
                yield Problem(
                    "TYPE_WITH_ONLY_UNUSED_EXTERNAL",
                    f'All fields of "{name}" are @external and not used. Remove the type, or '
                    "use a field in a @key, @requires or @provides.",
                    (name,),
                    (subgraph.name,),
                )
            else:
                del types[name]


def _is_external(
    directive: Directive, parent: str, subgraph: ParsedSubgraph, roles: FieldRoles
) -> bool:
    """Does the field set name anything that the subgraph does not resolve anyway?"""
    found = mentioned_fields(directive, parent, subgraph.definitions)
    return found is None or bool(found & roles.external)


def _without(directives: list[Directive], names: tuple[str, ...]) -> list[Directive]:
    return [directive for directive in directives if directive.name not in names]


def _is_mentioned(name: str, types: dict[str, TypeDefinition]) -> bool:
    return any(
        name in definition.members
        or any(field.type.name == name for field in definition.fields.values())
        for definition in types.values()
    )
