"""Each reason for which subgraphs do not compose, with its code."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.federation import CompositionError, Subgraph, compose
from tests.unit.federation.federated import subgraph

QUERY = "type Query { q: Int }\n"


def problems(**bodies: str) -> list[Any]:
    with pytest.raises(CompositionError) as caught:
        compose([subgraph(name, body) for name, body in bodies.items()])
    return list(caught.value.problems)


CASES: dict[str, tuple[str, dict[str, str]]] = {
    "sdl that does not parse": ("INVALID_GRAPHQL", {"a": "type Query {"}),
    "a type that is not defined": ("INVALID_GRAPHQL", {"a": "type Query { q: Nothing }"}),
    "an implementation without the interface's field": (
        "INVALID_GRAPHQL",
        {"a": QUERY + "interface I { x: Int } type T implements I { y: Int }"},
    ),
    "a field declared twice": ("INVALID_GRAPHQL", {"a": "type Query { q: Int q: Int }"}),
    "no query field anywhere": ("NO_QUERIES", {"a": "type T { x: Int }"}),
    "a key that names an unknown field": (
        "KEY_INVALID_FIELDS",
        {"a": QUERY + 'type T @key(fields: "nope") { id: ID }'},
    ),
    "a key that does not parse": (
        "KEY_INVALID_FIELDS",
        {"a": QUERY + 'type T @key(fields: "id {") { id: ID }'},
    ),
    "a key that is no string": (
        "KEY_INVALID_FIELDS_TYPE",
        {"a": QUERY + "type T @key(fields: 5) { id: ID }"},
    ),
    "a key with an alias": (
        "KEY_INVALID_FIELDS",
        {"a": QUERY + 'type T @key(fields: "x: id") { id: ID }'},
    ),
    "a key with a directive": (
        "KEY_DIRECTIVE_IN_FIELDS_ARG",
        {"a": QUERY + 'type T @key(fields: "id @include(if: true)") { id: ID }'},
    ),
    "a key with a field that takes arguments": (
        "KEY_FIELDS_HAS_ARGS",
        {"a": QUERY + 'type T @key(fields: "id") { id(x: Int): ID }'.replace("x: Int", "x: Int!")},
    ),
    "a key with a list": (
        "KEY_FIELDS_SELECT_INVALID_TYPE",
        {"a": QUERY + 'type T @key(fields: "ids") { ids: [ID] }'},
    ),
    "a key with a union": (
        "KEY_FIELDS_SELECT_INVALID_TYPE",
        {
            "a": QUERY
            + 'type T @key(fields: "u { ... on V { x } }") { u: U } type V { x: Int } union U = V'
        },
    ),
    "a requirement that names an unknown field": (
        "REQUIRES_INVALID_FIELDS",
        {"a": QUERY + 'type T @key(fields: "id") { id: ID x: Int @requires(fields: "nope") }'},
    ),
    "a requirement of a field that is resolved here": (
        "REQUIRES_FIELDS_MISSING_EXTERNAL",
        {"a": QUERY + 'type T @key(fields: "id") { id: ID y: Int x: Int @requires(fields: "y") }'},
    ),
    "a provided field that is not external": (
        "PROVIDES_FIELDS_MISSING_EXTERNAL",
        {
            "a": 'type Query { t: T @provides(fields: "x") } '
            'type T @key(fields: "id") { id: ID x: Int }'
        },
    ),
    "provided fields of a scalar": (
        "PROVIDES_ON_NON_OBJECT_FIELD",
        {"a": 'type Query { t: Int @provides(fields: "x") }'},
    ),
    "a provided field that is unknown": (
        "PROVIDES_INVALID_FIELDS",
        {"a": 'type Query { t: T @provides(fields: "y") } type T @key(fields: "id") { id: ID }'},
    ),
    "an external field that nothing uses": (
        "EXTERNAL_UNUSED",
        {
            "a": QUERY + 'type T @key(fields: "id") { id: ID x: Int @external }',
            "b": 'type T @key(fields: "id") { id: ID x: Int }',
        },
    ),
    "an external field of an interface": (
        "EXTERNAL_ON_INTERFACE",
        {"a": QUERY + "interface I { x: Int @external } type T implements I { x: Int }"},
    ),
    "an external field of another type": (
        "EXTERNAL_TYPE_MISMATCH",
        {
            "a": QUERY
            + 'type T @key(fields: "id") { id: ID x: Int @external y: Int @requires(fields: "x") }',
            "b": 'type T @key(fields: "id") { id: ID x: String }',
        },
    ),
    "an external field that nobody resolves": (
        "EXTERNAL_MISSING_ON_BASE",
        {
            "a": QUERY
            + 'type T @key(fields: "id") { id: ID x: Int @external y: Int @requires(fields: "x") }'
        },
    ),
    "an external field without an argument": (
        "EXTERNAL_ARGUMENT_MISSING",
        {
            "a": QUERY
            + 'type T @key(fields: "id") { id: ID x: Int @external y: Int @requires(fields: "x") }',
            "b": 'type T @key(fields: "id") { id: ID x(n: Int): Int }',
        },
    ),
    "a field that two subgraphs resolve": (
        "INVALID_FIELD_SHARING",
        {
            "a": QUERY + 'type T @key(fields: "id") { id: ID x: Int }',
            "b": 'type T @key(fields: "id") { id: ID x: Int @shareable }',
        },
    ),
    "a field beside a block that is shareable": (
        "INVALID_FIELD_SHARING",
        {
            "a": QUERY + "type T { x: Int } extend type T @shareable { y: Int }",
            "b": "type T @shareable { x: Int y: Int }",
        },
    ),
    "a subscription that two subgraphs offer": (
        "INVALID_FIELD_SHARING",
        {
            "a": QUERY + "type Subscription { s: Int @shareable }",
            "b": "type Subscription { s: Int @shareable }",
        },
    ),
    "a shareable field of an interface": (
        "INVALID_SHAREABLE_USAGE",
        {"a": QUERY + "interface I { x: Int @shareable } type T implements I { x: Int }"},
    ),
    "types of different kinds": (
        "TYPE_KIND_MISMATCH",
        {"a": QUERY + "type T { x: Int }", "b": "input T { x: Int }"},
    ),
    "fields of different types": (
        "FIELD_TYPE_MISMATCH",
        {"a": QUERY + "type T @shareable { x: Int }", "b": "type T @shareable { x: String }"},
    ),
    "a list and a single value": (
        "FIELD_TYPE_MISMATCH",
        {"a": QUERY + "type T @shareable { x: Int }", "b": "type T @shareable { x: [Int] }"},
    ),
    "input fields of different types": (
        "FIELD_TYPE_MISMATCH",
        {"a": QUERY + "input T { x: Int }", "b": "input T { x: String }"},
    ),
    "arguments of different types": (
        "FIELD_ARGUMENT_TYPE_MISMATCH",
        {
            "a": QUERY + "type T @shareable { x(n: Int): Int }",
            "b": "type T @shareable { x(n: String): Int }",
        },
    ),
    "arguments with different defaults": (
        "FIELD_ARGUMENT_DEFAULT_MISMATCH",
        {
            "a": QUERY + "type T @shareable { x(n: Int = 1): Int }",
            "b": "type T @shareable { x(n: Int = 2): Int }",
        },
    ),
    "input fields with different defaults": (
        "INPUT_FIELD_DEFAULT_MISMATCH",
        {"a": QUERY + "input T { x: Int = 1 }", "b": "input T { x: Int = 2 }"},
    ),
    "a required argument that another subgraph lacks": (
        "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH",
        {
            "a": QUERY + "type T @shareable { x(n: Int!): Int }",
            "b": "type T @shareable { x: Int }",
        },
    ),
    "a required input field that another subgraph lacks": (
        "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH",
        {"a": QUERY + "input T { x: Int y: Int! }", "b": "input T { x: Int }"},
    ),
    "inputs with nothing in common": (
        "EMPTY_MERGED_INPUT_TYPE",
        {"a": QUERY + "input T { x: Int }", "b": "input T { y: Int }"},
    ),
    "an enum for input and output that differs": (
        "ENUM_VALUE_MISMATCH",
        {"a": "type Query { q(e: E): E } enum E { A B }", "b": "enum E { A }"},
    ),
    "an input enum with nothing in common": (
        "EMPTY_MERGED_ENUM_TYPE",
        {"a": "type Query { q(e: E): Int } enum E { A }", "b": "enum E { B }"},
    ),
    "an override of oneself": (
        "OVERRIDE_FROM_SELF_ERROR",
        {"a": QUERY + 'type T @key(fields: "id") { id: ID x: Int @override(from: "a") }'},
    ),
    "an override on both sides": (
        "OVERRIDE_SOURCE_HAS_OVERRIDE",
        {
            "a": QUERY + 'type T @key(fields: "id") { id: ID x: Int @override(from: "b") }',
            "b": 'type T @key(fields: "id") { id: ID x: Int @override(from: "a") }',
        },
    ),
    "an override of an external field": (
        "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
        {
            "a": QUERY
            + 'type T @key(fields: "id") { id: ID x: Int @external @override(from: "b") }',
            "b": 'type T @key(fields: "id") { id: ID x: Int }',
        },
    ),
    "an override on an interface": (
        "OVERRIDE_ON_INTERFACE",
        {"a": QUERY + 'interface I { x: Int @override(from: "b") } type T implements I { x: Int }'},
    ),
    "an override with a strange label": (
        "OVERRIDE_LABEL_INVALID",
        {"a": 'type Query { q: Int @override(from: "b", label: "percent(101)") }'},
    ),
    "an implementation that nobody completes": (
        "INTERFACE_FIELD_NO_IMPLEM",
        {
            "a": QUERY + "interface I { x: Int } type T implements I { x: Int }",
            "b": "interface I { y: Int } type V implements I { y: Int }",
        },
    ),
    "an interface object without a key": (
        "INTERFACE_OBJECT_USAGE_ERROR",
        {"a": QUERY + "type I @interfaceObject { id: ID }"},
    ),
    "an interface object without an interface": (
        "INTERFACE_OBJECT_USAGE_ERROR",
        {"a": QUERY + 'type I @interfaceObject @key(fields: "id") { id: ID }'},
    ),
    "an interface object beside an implementation": (
        "INTERFACE_OBJECT_USAGE_ERROR",
        {
            "a": QUERY
            + 'interface I @key(fields: "id") { id: ID } '
            + 'type T implements I @key(fields: "id") { id: ID }',
            "b": 'type I @interfaceObject @key(fields: "id") { id: ID } '
            + 'type T @key(fields: "id") { id: ID y: Int }',
        },
    ),
    "an entity interface that misses an implementation": (
        "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE",
        {
            "a": QUERY
            + 'interface I @key(fields: "id") { id: ID } '
            + 'type T implements I @key(fields: "id") { id: ID }',
            "b": 'interface I { id: ID } type V implements I @key(fields: "id") { id: ID }',
        },
    ),
    "an implementation without the key of its interface": (
        "INTERFACE_KEY_NOT_ON_IMPLEMENTATION",
        {
            "a": QUERY + 'interface I @key(fields: "id") { id: ID } type T implements I { id: ID }',
        },
    ),
    "a visible field of a hidden type": (
        "REFERENCED_INACCESSIBLE",
        {"a": "type Query { q: Int t: T } type T @inaccessible { x: Int }"},
    ),
    "a type with nothing to see": (
        "ONLY_INACCESSIBLE_CHILDREN",
        {"a": "type Query { q: Int t: T } type T { x: Int @inaccessible }"},
    ),
    "a required argument that is hidden": (
        "REQUIRED_INACCESSIBLE",
        {"a": "type Query { q(x: Int! @inaccessible): Int }"},
    ),
    "a hidden field that implements a visible one": (
        "IMPLEMENTED_BY_INACCESSIBLE",
        {"a": QUERY + "interface I { x: Int } type T implements I { x: Int @inaccessible y: Int }"},
    ),
    "a hidden query type": (
        "QUERY_ROOT_TYPE_INACCESSIBLE",
        {"a": "type Query @inaccessible { q: Int }"},
    ),
    "a query type besides the root": (
        "ROOT_QUERY_USED",
        {"a": "schema { query: Root } type Root { q: Int } type Query { x: Int }"},
    ),
    "a composed directive without a definition": (
        "DIRECTIVE_COMPOSITION_ERROR",
        {
            "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", '
            'import: [{ name: "@composeDirective", as: "@composeDirective" }]) '
            '@composeDirective(name: "@mine") type Query { q: Int }'
        },
    ),
    "a field that no path reaches": (
        "SATISFIABILITY_ERROR",
        {
            "a": 'type Query { t: T } type T @key(fields: "id") { id: ID }',
            "b": 'type T @key(fields: "code") { code: ID x: Int }',
        },
    ),
    "a value type of which a part is out of reach": (
        "SATISFIABILITY_ERROR",
        {
            "a": "type Query { t: T } type T @shareable { x: Int }",
            "b": "type Query { other: T } type T @shareable { x: Int y: Int }",
        },
    ),
    "a key that cannot be resolved": (
        "SATISFIABILITY_ERROR",
        {
            "a": 'type Query { t: T } type T @key(fields: "id") { id: ID }',
            "b": 'type T @key(fields: "id", resolvable: false) { id: ID x: Int }',
        },
    ),
    "a directive that was not imported": (
        "INVALID_GRAPHQL",
        {
            "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.0") '
            "type Query { q: Int @shareable }"
        },
    ),
    "a directive that is not supported": (
        "INVALID_LINK_DIRECTIVE_USAGE",
        {
            "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", '
            'import: ["@interfaceObject"]) type Query { q: Int }'
        },
    ),
    "a version that is not known": (
        "UNKNOWN_FEDERATION_LINK_VERSION",
        {
            "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v3.0") '
            "type Query { q: Int }"
        },
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_subgraphs_are_refused_with_a_code_for(name: str) -> None:
    code, bodies = CASES[name]
    made = [
        Subgraph(key, body) if "specs.apollo.dev" in body else subgraph(key, body)
        for key, body in bodies.items()
    ]
    with pytest.raises(CompositionError) as caught:
        compose(made)
    assert code in caught.value.codes, caught.value
    assert all(problem.message.endswith((".", ")")) for problem in caught.value.problems)


def test_all_problems_are_told_at_once_with_coordinates_and_subgraphs() -> None:
    found = problems(
        a=QUERY + 'type T @key(fields: "id") { id: ID x: Int y(n: Int): Int @shareable }',
        b='type T @key(fields: "id") { id: ID x: Int y(n: String): Int @shareable }',
    )
    assert [(one.code, one.coordinates, one.subgraphs) for one in found] == [
        ("FIELD_ARGUMENT_TYPE_MISMATCH", ("T.y(n:)",), ("a", "b")),
        ("INVALID_FIELD_SHARING", ("T.x",), ("a", "b")),
    ]


def test_two_subgraphs_cannot_have_the_same_name() -> None:
    with pytest.raises(CompositionError) as caught:
        compose([subgraph("a", QUERY), subgraph("a", QUERY)])
    assert caught.value.codes == ("INVALID_SUBGRAPH_NAME",)


def test_a_key_on_an_interface_needs_federation_2_3() -> None:
    head = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"])'
    body = 'type Query { q: Int } interface I @key(fields: "id") { id: ID }'
    with pytest.raises(CompositionError) as caught:
        compose([Subgraph("a", head + body + 'type T implements I @key(fields: "id") { id: ID }')])
    assert caught.value.codes == ("KEY_UNSUPPORTED_ON_INTERFACE",)
