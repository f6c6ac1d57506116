"""What the federation specification defines in each version."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from graphql import DefinitionNode, DirectiveDefinitionNode, NameNode, parse

FEDERATION = "https://specs.apollo.dev/federation"
LINK = "https://specs.apollo.dev/link"
CORE = "https://specs.apollo.dev/core"
CONNECT = "https://specs.apollo.dev/connect"
SINGLE_DIRECTIVE_FEATURES: Mapping[str, str] = {
    "https://specs.apollo.dev/tag": "tag",
    "https://specs.apollo.dev/inaccessible": "inaccessible",
    "https://specs.apollo.dev/authenticated": "authenticated",
    "https://specs.apollo.dev/requiresScopes": "requiresScopes",
    "https://specs.apollo.dev/policy": "policy",
    "https://specs.apollo.dev/cost": "cost",
}

FEDERATION_1 = (1, 0)
NEWEST = (2, 12)
"""The newest version whose directives are known; a newer 2.x is read as this one."""

SINCE: Mapping[str, tuple[int, int]] = {
    "key": (2, 0),
    "requires": (2, 0),
    "provides": (2, 0),
    "external": (2, 0),
    "extends": (2, 0),
    "shareable": (2, 0),
    "override": (2, 0),
    "tag": (2, 0),
    "inaccessible": (2, 0),
    "composeDirective": (2, 1),
    "interfaceObject": (2, 3),
    "authenticated": (2, 5),
    "requiresScopes": (2, 5),
    "policy": (2, 6),
    "context": (2, 8),
    "fromContext": (2, 8),
    "cost": (2, 9),
    "listSize": (2, 9),
    "cacheTag": (2, 12),
}
"""The federation version that brought each directive."""

IMPORTED_TYPES: Mapping[str, tuple[int, int]] = {
    "FieldSet": (2, 0),
    "Scope": (2, 5),
    "Policy": (2, 6),
    "ContextFieldValue": (2, 8),
}
"""The types of the specification that may be imported."""

FEDERATION_1_DIRECTIVES = (
    "key",
    "requires",
    "provides",
    "external",
    "extends",
    "tag",
    "inaccessible",
)

ACCESS = ("authenticated", "requiresScopes", "policy")
COMPOSED = frozenset({"tag", "inaccessible", *ACCESS, "cost", "listSize"})
"""Directives of the specification whose applications are kept in the supergraph."""

BOILERPLATE_TYPES = frozenset({"_Service", "_Entity", "_Any", "_FieldSet"})
BOILERPLATE_FIELDS = frozenset({"_service", "_entities"})

_ALL = (
    "FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | "
    "ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION"
)
_GUARDED = "FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM"
_DEFINITIONS = f"""
scalar _Any
union _Entity = _Service
scalar _FieldSet
scalar federation__FieldSet
scalar federation__Scope
scalar federation__Policy
scalar federation__ContextFieldValue
scalar link__Import
enum link__Purpose {{ SECURITY EXECUTION }}
type _Service {{ sdl: String }}
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) \
repeatable on SCHEMA
directive @core(feature: String!, as: String, for: link__Purpose) repeatable on SCHEMA
directive @oneOf on INPUT_OBJECT
directive @key(fields: federation__FieldSet!, resolvable: Boolean = true) repeatable \
on OBJECT | INTERFACE
directive @requires(fields: federation__FieldSet!) on FIELD_DEFINITION
directive @provides(fields: federation__FieldSet!) on FIELD_DEFINITION
directive @external(reason: String) on OBJECT | FIELD_DEFINITION
directive @extends on OBJECT | INTERFACE
directive @shareable repeatable on OBJECT | FIELD_DEFINITION
directive @override(from: String!, label: String) on FIELD_DEFINITION
directive @tag(name: String!) repeatable on {_ALL} | SCHEMA
directive @inaccessible on {_ALL}
directive @composeDirective(name: String) repeatable on SCHEMA
directive @interfaceObject on OBJECT
directive @authenticated on {_GUARDED}
directive @requiresScopes(scopes: [[federation__Scope!]!]!) on {_GUARDED}
directive @policy(policies: [[federation__Policy!]!]!) on {_GUARDED}
directive @context(name: String!) repeatable on OBJECT | INTERFACE | UNION
directive @fromContext(field: federation__ContextFieldValue) on ARGUMENT_DEFINITION
directive @cost(weight: Int!) on \
ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], \
requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
directive @cacheTag(format: String!) repeatable on OBJECT | FIELD_DEFINITION
"""


@functools.cache
def directive_definitions() -> Mapping[str, DirectiveDefinitionNode]:
    """How the specification defines its directives, by name."""
    return {
        node.name.value: node
        for node in parse(_DEFINITIONS).definitions
        if isinstance(node, DirectiveDefinitionNode)
    }


def renamed_directive(node: DirectiveDefinitionNode, name: str) -> DirectiveDefinitionNode:
    """The same definition under another name."""
    return DirectiveDefinitionNode(
        name=NameNode(value=name),
        description=node.description,
        arguments=node.arguments,
        repeatable=node.repeatable,
        locations=node.locations,
    )


@functools.cache
def type_definitions() -> tuple[DefinitionNode, ...]:
    """The types that the specification's directives and root fields need."""
    return tuple(
        node
        for node in parse(_DEFINITIONS).definitions
        if not isinstance(node, DirectiveDefinitionNode)
    )


def federation_directives(version: tuple[int, int]) -> tuple[str, ...]:
    """The names of the directives that a subgraph of this version may use."""
    if version < (2, 0):
        return FEDERATION_1_DIRECTIVES
    return tuple(name for name, since in SINCE.items() if since <= version)
