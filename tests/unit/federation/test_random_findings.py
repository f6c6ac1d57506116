"""What random supergraphs have found, each as small as it got."""

from __future__ import annotations

import pytest

from gateway.federation import CompositionError
from tests.unit.federation.federated import Federated
from tests.unit.federation.world import Echo, Ref, Witness, Write


async def test_a_mutation_that_is_selected_twice_runs_once() -> None:
    world = Federated(
        {
            "Mutation": [{"m": Write("m", Ref("T"))}],
            "T": [{"id": "1", "seen": Witness(), "name": "n"}],
        },
        a="""type Query { q: Int } type Mutation { m: T }
             type T @key(fields: "id") { id: ID! name: String }""",
        b='type T @key(fields: "id") { id: ID! seen: String }',
    )
    query = "mutation ($x: Boolean!) { m @include(if: $x) { seen name } m { seen id } }"
    for x in (True, False):
        await world.check(query, {"x": x})


async def test_a_fragment_on_the_only_implementation_keeps_its_type() -> None:
    world = Federated(
        {"Query": [{"i": Ref("T")}], "T": [{"x": 1, "y": 2}]},
        a="""type Query { i: I @shareable } interface I { x: Int }
             type T implements I { x: Int }""",
        b="type Query { i: T @shareable } type T { y: Int }",
    )
    query = "query ($x: Boolean!) { i { x @include(if: $x) ... on T { y } } }"
    for x in (True, False):
        await world.check(query, {"x": x})


async def test_a_fragment_on_the_only_member_of_a_union_keeps_its_type() -> None:
    world = Federated(
        {"Query": [{"u": Ref("T")}], "T": [{"x": 1, "y": 2}]},
        a="type Query { u: U @shareable } union U = T type T { x: Int }",
        b="type Query { u: T @shareable } type T { y: Int }",
    )
    await world.check("{ u { ... on T { x y } } }")
    await world.check("{ u { ... on T { y } } }")


def test_a_requirement_needs_a_key_to_come_back_by() -> None:
    with pytest.raises(CompositionError) as caught:
        Federated(
            {},
            a="""type Query { t: T } type T @key(fields: "id", resolvable: false) {
                 id: ID! x: Int @external y: Int @requires(fields: "x") }""",
            b='type T @key(fields: "id") { id: ID! x: Int }',
        )
    assert caught.value.codes == ("SATISFIABILITY_ERROR",)


async def test_requirements_of_one_field_with_different_arguments_do_not_mix() -> None:
    world = Federated(
        {
            "Query": [{"t": Ref("T"), "ts": [Ref("T")]}],
            "T": [{"id": "1", "x": Echo("x"), "v": Ref("V")}],
            "V": [{"y": Echo("y")}],
        },
        a="""type Query { t: T ts: [T] } type T @key(fields: "id") { id: ID! }""",
        b="""type T @key(fields: "id") { id: ID! x(n: Int): String v: V }
             type V { y(n: Int): String }""",
        c="""type T @key(fields: "id") {
               id: ID! x(n: Int): String @external v: V @external
               one: String @requires(fields: "x(n: 1) v { y(n: 1) }")
               two: String @requires(fields: "x(n: 2)")
               three: String @requires(fields: "v { y(n: 3) }") }
             type V { y(n: Int): String @external }""",
    )
    await world.check("{ t { one two three x } ts { three one x(n: 3) two } }")


async def test_errors_of_a_root_that_is_entered_again_are_told_for_its_type_only() -> None:
    world = Federated(
        {
            "Query": [{"us": [Ref("A"), Ref("B"), Ref("A")], "far": ValueError("far")}],
            "A": [{"root": Ref("Query")}],
            "B": [{"root": Ref("Query"), "x": 1}],
        },
        a="""type Query { us: [U] } union U = A | B
             type A { root: Query } type B { root: Query x: Int }""",
        b="type Query { far: Int }",
    )
    query = "{ us { ... on A { root { far } } ... on B { x root { us { __typename } } } } }"
    answer = await world.check(query, with_errors=True)
    assert [error["path"] for error in answer["errors"]] == [
        ["us", 0, "root", "far"],
        ["us", 2, "root", "far"],
    ]
