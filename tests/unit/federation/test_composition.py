"""How the definitions of several subgraphs become one schema."""

from __future__ import annotations

import pytest
import strawberry
import strawberry.federation
from graphql import print_schema

from gateway.federation import CompositionError, Subgraph, Supergraph, compose, print_supergraph
from gateway.federation.composition.satisfiability import check_satisfiability
from tests.oracles.composition.corpus import HEAD
from tests.unit.federation.federated import subgraph

QUERY = "type Query { q: Int }\n"


@strawberry.federation.type(keys=["id"])
class Part:
    id: strawberry.ID
    name: str = strawberry.federation.field(shareable=True)


@strawberry.type
class PartQuery:
    part: Part | None = None


def composed(**bodies: str) -> Supergraph:
    return compose([subgraph(name, body) for name, body in bodies.items()])


def shown(supergraph: Supergraph, name: str) -> str:
    """The type as the API schema prints it, on one line."""
    blocks = print_schema(supergraph.api_schema).split("\n\n")
    return next(
        " ".join(block.split()) for block in blocks if block.split("{")[0].split()[1] == name
    )


def hint_codes(supergraph: Supergraph) -> set[str]:
    return {hint.code for hint in supergraph.hints}


def test_objects_interfaces_and_unions_are_united() -> None:
    supergraph = composed(
        a=QUERY + "interface I { x: Int } type T implements I @shareable { x: Int } union U = T",
        b="interface I { x: Int } type V implements I { x: Int v: Int } union U = V "
        'type W @key(fields: "id") { id: ID w: Int }',
        c='type W @key(fields: "id") { id: ID more: Int }',
    )
    assert shown(supergraph, "U") == "union U = T | V"
    assert shown(supergraph, "W") == "type W { id: ID w: Int more: Int }"


def test_inputs_and_arguments_are_intersected() -> None:
    supergraph = composed(
        a="type Query { q(i: In, extra: Int): Int @shareable } input In { x: Int y: Int }",
        b="type Query { q(i: In): Int @shareable } input In { x: Int! }",
    )
    assert shown(supergraph, "In") == "input In { x: Int! }"
    assert shown(supergraph, "Query") == "type Query { q(i: In): Int }"
    assert hint_codes(supergraph) >= {
        "INCONSISTENT_ARGUMENT_PRESENCE",
        "INCONSISTENT_INPUT_OBJECT_FIELD",
    }


def test_enums_are_merged_by_their_use() -> None:
    supergraph = composed(
        a="type Query { o: Out w(e: In): Int } enum Out { A B } enum In { A B } enum Idle { A }",
        b="type Query { p: Out v(e: In): Int } enum Out { B C } enum In { B C } enum Idle { B }",
    )
    assert shown(supergraph, "Out") == "enum Out { A B C }"
    assert shown(supergraph, "In") == "enum In { B }"
    assert shown(supergraph, "Idle") == "enum Idle { A B }"


def test_output_types_are_as_nullable_as_the_most_nullable() -> None:
    supergraph = composed(
        a=QUERY + "type T @shareable { x: Int! y: [Int!]! }",
        b="type T @shareable { x: Int y: [Int]! }",
    )
    assert shown(supergraph, "T") == "type T { x: Int y: [Int]! }"


def test_a_field_may_have_a_narrower_type_in_some_subgraphs() -> None:
    supergraph = composed(
        a=QUERY + "interface I { x: Int } type T implements I @shareable { x: Int } "
        "type Box @shareable { i: I u: U } union U = T",
        b="interface I { x: Int } type T implements I @shareable { x: Int } "
        "type Box @shareable { i: T! u: T }",
    )
    assert shown(supergraph, "Box") == "type Box { i: I u: U }"
    assert "INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE" in hint_codes(supergraph)


def test_root_types_may_have_any_name() -> None:
    supergraph = composed(
        a="schema { query: Root mutation: Change } type Root { a: Int me: Root } "
        "type Change { c: Int }",
        b="type Query { b: Int }",
    )
    assert shown(supergraph, "Query") == "type Query { a: Int me: Query b: Int }"
    assert shown(supergraph, "Mutation") == "type Mutation { c: Int }"


def test_directives_may_be_renamed_or_prefixed_by_the_link() -> None:
    supergraph = compose(
        [
            Subgraph(
                "a",
                'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", as: "fed", '
                'import: [{ name: "@key", as: "@primary" }]) type Query { t: T } '
                'type T @primary(fields: "id") { id: ID x: Int @fed__shareable '
                "secret: Int @fed__inaccessible }",
            ),
            subgraph("b", 'type T @key(fields: "id") { id: ID x: Int @shareable y: Int }'),
        ]
    )
    assert shown(supergraph, "T") == "type T { id: ID x: Int y: Int }"


def test_federation_1_subgraphs_compose_with_federation_2() -> None:
    supergraph = compose(
        [
            Subgraph(
                "a",
                'type Query { t: T } type T @key(fields: "id") { id: ID! v: V } type V { x: Int }',
            ),
            Subgraph(
                "b",
                "extend type Query { other: V } "
                'extend type T @key(fields: "id") '
                "{ id: ID! @external unused: Int @external y: Int } "
                "type V { x: Int } scalar _Any union _Entity = T type _Service { sdl: String } "
                "extend type Query { _service: _Service! "
                "_entities(representations: [_Any!]!): [_Entity]! }",
            ),
            subgraph("c", 'type T @key(fields: "id") { id: ID! unused: Int z: Int }'),
        ]
    )
    assert shown(supergraph, "T") == "type T { id: ID! v: V y: Int unused: Int z: Int }"
    assert shown(supergraph, "Query") == "type Query { t: T other: V }"


def test_the_machinery_of_federation_is_not_in_the_api() -> None:
    text = print_schema(
        composed(
            a='type Query { t: T } type T @key(fields: "id") { id: ID @tag(name: "x") } '
            "scalar federation__FieldSet"
        ).api_schema
    )
    assert "_Any" not in text
    assert "@tag" not in text
    assert "FieldSet" not in text


def test_inaccessible_parts_are_not_in_the_api() -> None:
    supergraph = composed(
        a="type Query { t(a: Int, b: Int @inaccessible): T u: U } "
        "type T { x: Int y: Int @inaccessible } type H @inaccessible { z: Int } union U = T | H "
        "enum E { A B @inaccessible } type V { e: E }"
    )
    text = print_schema(supergraph.api_schema)
    assert shown(supergraph, "Query") == "type Query { t(a: Int): T u: U }"
    assert shown(supergraph, "U") == "union U = T"
    assert shown(supergraph, "E") == "enum E { A }"
    assert "H" not in text.replace("type", "")


def test_descriptions_and_deprecations_are_kept() -> None:
    supergraph = composed(
        a='"The root." type Query { "One." q: Int @deprecated(reason: "old") }',
        b='"The root." type Query { r: Int }',
        c='"Another." type Query { s: Int }',
    )
    text = print_schema(supergraph.api_schema)
    assert '"""The root."""' in text
    assert '@deprecated(reason: "old")' in text
    assert "INCONSISTENT_DESCRIPTION" in hint_codes(supergraph)


def test_an_interface_object_gives_its_fields_to_all_implementations() -> None:
    supergraph = composed(
        a=QUERY
        + 'interface I @key(fields: "id") { id: ID } '
        + 'type T implements I @key(fields: "id") { id: ID x: Int }',
        b='type I @interfaceObject @key(fields: "id") { id: ID extra: Int }',
    )
    assert shown(supergraph, "I") == "interface I { id: ID extra: Int }"
    assert shown(supergraph, "T") == "type T implements I { id: ID x: Int extra: Int }"


def test_an_override_that_came_to_its_end_gives_a_hint() -> None:
    supergraph = composed(
        a='type Query { q: Int @override(from: "gone") r: Int @override(from: "b") }',
        b="type Query { s: Int }",
    )
    assert hint_codes(supergraph) == {
        "FROM_SUBGRAPH_DOES_NOT_EXIST",
        "OVERRIDE_DIRECTIVE_CAN_BE_REMOVED",
    }


def test_the_sdl_that_strawberry_prints_composes() -> None:
    schema = strawberry.federation.Schema(
        query=PartQuery, schema_directives=[], federation_version="2.9"
    )
    sdl = schema.as_str()
    supergraph = compose([Subgraph("parts", sdl)])
    assert shown(supergraph, "Query") == "type Query { part: Part }"


def test_an_interface_asks_for_what_its_implementations_ask_for() -> None:
    supergraph = compose(
        [
            Subgraph(
                "a",
                HEAD
                + """type Query { i: I } interface I { x: Int }
                type T implements I @authenticated { x: Int @requiresScopes(scopes: [["a"]]) }
                type V implements I { x: Int @requiresScopes(scopes: [["b"], ["a", "c"]]) }""",
            )
        ]
    )
    interface = supergraph.definitions.types["I"]
    assert [one.signature for one in interface.directives] == ["@authenticated"]
    assert [one.signature for one in interface.fields["x"].directives] == [
        '@requiresScopes(scopes: [["a", "b"], ["a", "c"]])'
    ]


def test_a_composed_directive_is_linked_and_kept_but_not_part_of_the_api() -> None:
    supergraph = compose(
        [
            Subgraph(
                "a",
                """extend schema
                @link(url: "https://specs.apollo.dev/federation/v2.3"
                      import: ["@composeDirective"])
                @link(url: "https://example.com/mine/v1.2", import: [{ name: "@mine", as: "@our" }])
                @composeDirective(name: "@our")
                directive @our(level: Int) on FIELD_DEFINITION
                type Query { t: Int @our(level: 3) }""",
            )
        ]
    )
    text = print_supergraph(supergraph)
    assert (
        '@link(url: "https://example.com/mine/v1.2", import: [{ name: "@mine", as: "@our" }])'
    ) in text
    assert "t: Int @our(level: 3)" in text
    assert "@our" not in print_schema(supergraph.api_schema)


def test_subgraphs_with_endless_ways_are_refused_in_bounded_time() -> None:
    supergraph = composed(
        a="type Query { v: V } type V @shareable { v: V x: Int }",
        b="type Query { w: V } type V @shareable { v: V x: Int }",
    )
    problems = list(check_satisfiability(supergraph, max_effort=3))
    assert [one.code for one in problems] == ["MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED"]
    assert not list(check_satisfiability(supergraph))


def test_requirements_of_requirements_are_looked_up_once_each() -> None:
    bodies = {"base": 'type Query { t: T } type T @key(fields: "id") { id: ID! r0: Int }'}
    for number in range(1, 20):
        needed = [f"r{one}" for one in range(number)]
        external = " ".join(f"{name}: Int @external" for name in needed)
        bodies[f"s{number}"] = (
            f'type T @key(fields: "id") {{ id: ID! {external} '
            f'r{number}: Int @requires(fields: "{" ".join(needed)}") }}'
        )
    assert not list(check_satisfiability(composed(**bodies), max_effort=2_000))


def test_advice_follows_a_question_without_another_full_stop() -> None:
    sdl = 'type Query { p: P } type P @key(fields: "idd") { id: ID! }'
    with pytest.raises(CompositionError) as caught:
        compose([Subgraph("a", sdl)])
    (problem,) = caught.value.problems
    assert "Did you mean 'id'? Correct them." in problem.message
