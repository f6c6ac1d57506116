"""The schema that clients see."""

from __future__ import annotations

import copy

from graphql import GraphQLDeferDirective, GraphQLSchema, build_schema

from gateway.federation.supergraph.definitions import Definitions, Element, Kind, TypeDefinition
from gateway.federation.supergraph.printer import Printer

EXECUTABLE_PLACES = frozenset(
    {
        "QUERY",
        "MUTATION",
        "SUBSCRIPTION",
        "FIELD",
        "FRAGMENT_DEFINITION",
        "FRAGMENT_SPREAD",
        "INLINE_FRAGMENT",
        "VARIABLE_DEFINITION",
    }
)
"""Where directives stand in operations; only directives for these are part of the API."""


def _visible(element: Element) -> bool:
    return not element.has("inaccessible")


def accessible_definitions(definitions: Definitions) -> Definitions:
    """The definitions without everything that is marked `@inaccessible`."""
    hidden = {name for name, item in definitions.types.items() if not _visible(item)}
    types: dict[str, TypeDefinition] = {}
    for name, original in definitions.types.items():
        if name in hidden:
            continue
        item = copy.copy(original)
        item.fields = {}
        for field in original.fields.values():
            if _visible(field) and field.type.name not in hidden:
                shown = copy.copy(field)
                shown.arguments = {
                    key: value
                    for key, value in field.arguments.items()
                    if _visible(value) and value.type.name not in hidden
                }
                item.fields[field.name] = shown
        item.input_fields = {
            key: value
            for key, value in original.input_fields.items()
            if _visible(value) and value.type.name not in hidden
        }
        item.values = {key: value for key, value in original.values.items() if _visible(value)}
        item.members = [member for member in original.members if member not in hidden]
        item.interfaces = [one for one in original.interfaces if one not in hidden]
        if item.kind in (Kind.OBJECT, Kind.INTERFACE) and not item.fields:
            continue
        types[name] = item
    directives = {
        name: node
        for name, node in definitions.directives.items()
        if any(place.value in EXECUTABLE_PLACES for place in node.locations)
    }
    return Definitions(types, directives)


def build_api_schema(definitions: Definitions) -> GraphQLSchema:
    """A graphql-core schema of these definitions; raises GraphQLError when it is not valid."""
    schema = build_schema(Printer().definitions(definitions))
    if schema.get_directive(GraphQLDeferDirective.name) is not None:
        return schema
    schema.directives = (*schema.directives, GraphQLDeferDirective)
    return schema
