"""What random supergraphs have found, each as small as it got."""

from __future__ import annotations

from itertools import product

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


async def test_objects_of_two_types_that_look_alike_keep_their_own_keys() -> None:
    world = Federated(
        {
            "Query": [{"us": [Ref("A"), Ref("B")]}],
            "A": [{"rel": Ref("P")}],
            "B": [{"rel": Ref("Q")}],
            "P": [{"id": "p", "n": 1}],
            "Q": [{"id": "q", "n": 2}],
        },
        a="""type Query { us: [U] } union U = A | B type A { rel: P } type B { rel: Q }
             interface I @key(fields: "id") { id: ID }
             type P implements I @key(fields: "id") { id: ID! }
             type Q implements I @key(fields: "id") { id: ID }""",
        b='type I @key(fields: "id") @interfaceObject { id: ID n: Int }',
    )
    await world.check("{ us { ... on A { rel { n } } ... on B { rel { n } } } }")


async def test_a_requirement_of_an_interface_object_asks_no_type() -> None:
    world = Federated(
        {
            "Query": [{"t": Ref("T")}],
            "T": [{"id": "1", "io": Ref("A")}],
            "A": [{"id": "a", "rank": 5}],
        },
        a="""type Query { t: T } type T @key(fields: "id") { id: ID! }
             interface I @key(fields: "id") { id: ID! }
             type A implements I @key(fields: "id") { id: ID! }""",
        b="""type T @key(fields: "id") { id: ID! io: I }
             type I @key(fields: "id") @interfaceObject { id: ID! rank: Int }""",
        c="""type T @key(fields: "id") { id: ID! io: I @external
               best: String @requires(fields: "io { rank }") }
             type I @key(fields: "id") @interfaceObject { id: ID! rank: Int @external }""",
    )
    query = "{ t { best } }"
    await world.check(query)
    assert world.fetch_count(query) == 3


async def test_only_requirements_of_interfaces_ask_for_types_that_nobody_wants() -> None:
    world = Federated(
        {
            "Query": [{"t": Ref("T")}],
            "T": [{"id": "1", "i": Ref("A")}],
            "A": [{"x": 1}],
            "B": [{"x": 2}],
        },
        a="""type Query { t: T } interface I { x: Int } type A implements I { x: Int @shareable }
             type B implements I { x: Int @shareable }
             type T @key(fields: "id") { id: ID! i: I }""",
        b="""type T @key(fields: "id") { id: ID! i: I @external
               y: String @requires(fields: "i { x }") }
             interface I { x: Int } type A implements I { x: Int @shareable }
             type B implements I { x: Int @shareable }""",
    )
    await world.check("{ t { i { x } y } }")
    sent = world.servers["b"].requests[-1].variables["representations"]
    assert sent == [{"__typename": "T", "id": "1", "i": {"__typename": "A", "x": 1}}]
    assert "__typename" not in str(world.engine.plan("{ t { i { x } } }"))


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


IMPLEMENTATIONS = """type Query { a: Int } interface I @key(fields: "id") { id: ID! }
    type A implements I @key(fields: "id") { id: ID! x: Int }
    type B implements I @key(fields: "id") { id: ID! x: Int }"""


def behind_an_interface_object() -> Federated:
    """Fields of which each fails for another type."""
    return Federated(
        {
            "Query": [{"is": [Ref("A"), Ref("B")], "a": 1}],
            "A": [{"id": "1", "x": 1, "n": 5, "m": ValueError("m"), "v": Ref("V", 0)}],
            "B": [{"id": "2", "x": 2, "n": ValueError("n"), "m": 6, "v": Ref("V", 1)}],
            "V": [{"p": 1, "q": 2}, {"p": 3, "q": ValueError("q")}],
        },
        a=IMPLEMENTATIONS,
        b="""type Query { is: [I] } type V { p: Int! q: Int! }
             type I @key(fields: "id") @interfaceObject { id: ID! n: Int! m: Int v: V }""",
    )


@pytest.mark.parametrize(
    "query",
    [
        "{ is { ... on A { n } } }",
        "{ is { id ... on A { n x } } }",
        "{ is { m ... on A { k: n } ... on B { m } } }",
        "{ is { ... on B { m } ... on A { n } } }",
        "{ is { v { p } ... on A { v { q } } } }",
        "{ is { ... on A { v { p q } } ... on B { v { p } } } }",
        "{ is { ... on A { one: n } ... on B { two: n } } }",
    ],
)
async def test_nothing_is_lost_by_an_error_of_a_type_that_is_not_asked(query: str) -> None:
    await behind_an_interface_object().check(query, with_errors=None)


@pytest.mark.parametrize(
    "query",
    [
        "{ is { ... on A { m } ... on B { m } } }",
        "{ is { m ... on A { m x } } }",
        "{ is { ... on A { v { p } x } ... on B { v { p } } } }",
        "{ is { v { p } ... on B { v { p } } } }",
    ],
)
async def test_what_all_types_are_asked_for_needs_no_second_visit(query: str) -> None:
    world = behind_an_interface_object()
    assert world.fetch_count(query) == 2
    await world.check(query, with_errors=None)


async def test_a_field_of_the_only_implementation_is_not_asked_of_the_interface() -> None:
    world = Federated(
        {"Query": [{"q": Ref("E")}], "E": [{"id": "1", "x": 1, "e": Ref("E"), "extra": 2}]},
        a="""type Query { q: E @shareable } interface I @key(fields: "id") { id: ID! }
             type E implements I @key(fields: "id") { id: ID! x: Int e: I }""",
        b="""type Query { q: I @shareable }
             type I @key(fields: "id") @interfaceObject { id: ID! extra: Int }""",
    )
    await world.check("{ q { ... on E { x e { ... on E { x extra } } extra } } }")


async def test_an_interface_object_without_a_way_back_is_asked_at_once() -> None:
    world = Federated(
        {
            "Query": [{"is": [Ref("A"), Ref("B")], "a": 1}],
            "A": [{"id": "1", "x": 1, "n": 5}],
            "B": [{"id": "2", "x": 2, "n": 6}],
        },
        a=IMPLEMENTATIONS,
        b="""type Query { is: [I] }
             type I @key(fields: "id", resolvable: false) @interfaceObject { id: ID! n: Int }""",
    )
    await world.check("{ is { ... on A { n x } } }")


async def test_objects_of_hidden_types_are_null_without_a_word() -> None:
    world = Federated(
        {
            "Query": [{"us": [Ref("A"), Ref("B")], "u": Ref("B")}],
            "A": [{"x": 1}],
            "B": [{"y": 2}],
        },
        a="""type Query { us: [U] u: U } union U = A | B
             type A { x: Int } type B @inaccessible { y: Int }""",
    )
    query = "query ($x: Boolean!) { us { ... on A @include(if: $x) { x } } u { __typename } }"
    for x in (True, False):
        answer = await world.check(query, {"x": x})
        assert answer["data"] == {"us": [{"x": 1} if x else {}, None], "u": None}


@pytest.mark.parametrize(
    "fields",
    [
        "m2 @skip(if: $a) { seen } m0 { seen } m2 { x }",
        "m2 @skip(if: $a) { x } m0 @skip(if: $b) { x } m2 { seen x } m0 { seen }",
        "... @skip(if: $b) { m2 @skip(if: $a) { x } } m0 { seen } m2 { x seen }",
        "m2 @skip(if: $a) { x } m0 { seen } m2 @include(if: $b) { seen }",
        "m2 @include(if: $a) { x } m0 { x } m2 @skip(if: $b) { x } m1 { seen } m2 { seen }",
        "m0 @include(if: $a) { x } m1 { seen } m0 { seen }",
    ],
)
async def test_a_mutation_runs_where_it_is_included_first(fields: str) -> None:
    world = Federated(
        {
            "Query": [{"q": 1}],
            "Mutation": [{f"m{n}": Write(f"m{n}", Ref("T")) for n in range(3)}],
            "T": [{"id": "1", "seen": Witness(), "x": 1}],
        },
        a="""type Query { q: Int } type Mutation { m0: T m1: T }
             type T @key(fields: "id") { id: ID! x: Int @shareable }""",
        b="""type Mutation { m2: T } type T @key(fields: "id") { id: ID! x: Int @shareable }""",
        c='type T @key(fields: "id") { id: ID! seen: String }',
    )
    used = [name for name in ("a", "b") if f"${name}" in fields]
    heads = ", ".join(f"${name}: Boolean!" for name in used)
    for values in product((False, True), repeat=len(used)):
        variables = dict(zip(used, values, strict=True))
        await world.check(f"mutation ({heads}) {{ {fields} }}", variables)


async def test_a_mutation_at_two_places_learns_the_type_of_its_value_at_each() -> None:
    world = Federated(
        {
            "Query": [{"q": 1}],
            "Mutation": [{"m0": Write("m0", Ref("A")), "m1": Write("m1", 5)}],
            "A": [{"id": "1", "seen": Witness(), "x": 1}],
            "B": [{"id": "2", "seen": Witness(), "x": 2}],
        },
        a="""type Query { q: Int } type Mutation { m0: U } union U = A | B
             type A @key(fields: "id") { id: ID! x: Int }
             type B @key(fields: "id") { id: ID! x: Int }""",
        b="type Mutation { m1: Int }",
        c="""type A @key(fields: "id") { id: ID! seen: String }
             type B @key(fields: "id") { id: ID! seen: String }""",
    )
    query = """mutation ($a: Boolean!) {
        m0 @skip(if: $a) { ... on A { seen } ... on B { x } } m1
        m0 { ... on A { x seen } ... on B { seen } } }"""
    for a in (False, True):
        await world.check(query, {"a": a})


async def test_introspection_within_a_field_is_refused_with_advice() -> None:
    world = Federated(
        {"Query": [{"q": Ref("T")}], "T": [{"query": Ref("Query")}]},
        a="type Query { q: T } type T { query: Query }",
    )
    for field in ("__schema { queryType { name } }", '__type(name: "T") { name }'):
        answer = await world.engine.execute(f"{{ q {{ query {{ {field} }} }} }}")
        assert "data" not in answer
        assert "at the top of a query only" in answer["errors"][0]["message"]
