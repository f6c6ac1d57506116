"""Value types, shared fields, root fields of several subgraphs, nested keys, provided fields."""

from __future__ import annotations

import pytest

from gateway.federation import CompositionError
from tests.unit.federation.federated import Federated
from tests.unit.federation.world import Ref


async def test_a_shared_value_is_put_together_from_two_subgraphs() -> None:
    world = Federated(
        {
            "Query": [
                {"point": Ref("Point", 0), "points": [Ref("Point", 0), None, Ref("Point", 1)]}
            ],
            "Point": [{"x": 1, "y": 2, "label": "a"}, {"x": 3, "y": 4, "label": "b"}],
        },
        a="""type Query { point: Point @shareable points: [Point]! @shareable }
             type Point @shareable { x: Int! label: String }""",
        b="""type Query { point: Point @shareable points: [Point]! @shareable }
             type Point @shareable { y: Int! label: String }""",
    )
    await world.check("{ point { x y label } points { y x } }")
    assert world.fetch_count("{ point { x label } }") == 1
    assert world.fetch_count("{ point { x label } points { label } }") == 1


async def test_a_key_may_be_reached_through_a_third_subgraph() -> None:
    world = Federated(
        {
            "Query": [{"thing": Ref("Thing", 0)}],
            "Thing": [{"a": "1", "b": "2", "c": "3", "end": "here", "name": "n"}],
        },
        one="""type Query { thing: Thing } type Thing @key(fields: "a") { a: ID! name: String }""",
        two="""type Thing @key(fields: "a") @key(fields: "b") { a: ID! b: ID! }""",
        three="""type Thing @key(fields: "b") @key(fields: "c") { b: ID! c: ID! }""",
        four="""type Thing @key(fields: "c") { c: ID! end: String }""",
    )
    await world.check("{ thing { end name } }")
    assert world.fetch_count("{ thing { end } }") == 4


async def test_subgraphs_that_lead_nowhere_are_not_asked() -> None:
    world = Federated(
        {"Query": [{"thing": Ref("Thing")}], "Thing": [{"a": "1", "b": "2", "end": "e", "n": "n"}]},
        one="""type Query { thing: Thing } type Thing @key(fields: "a") { a: ID! }""",
        aside="""type Thing @key(fields: "a") { a: ID! n: String }""",
        two="""type Thing @key(fields: "a") @key(fields: "b") { a: ID! b: ID! }""",
        three="""type Thing @key(fields: "b") { b: ID! end: String }""",
    )
    await world.check("{ thing { end } }")
    assert world.fetch_count("{ thing { end } }") == 3


async def test_keys_may_be_compound_and_nested() -> None:
    world = Federated(
        {
            "Query": [{"users": [Ref("User", 0), Ref("User", 1)]}],
            "User": [
                {"id": "1", "org": Ref("Org", 0), "name": "Ann", "age": 30},
                {"id": "1", "org": Ref("Org", 1), "name": "Bob", "age": 40},
            ],
            "Org": [
                {"id": "o1", "region": Ref("Region", 0)},
                {"id": "o2", "region": Ref("Region", 0)},
            ],
            "Region": [{"code": "eu"}],
        },
        a="""type Query { users: [User!]! }
             type User @key(fields: "id org { id region { code } }")
             { id: ID! org: Org! name: String }
             type Org @shareable { id: ID! region: Region! }
             type Region @shareable { code: String! }""",
        b="""type User @key(fields: "id org { id region { code } }") { id: ID! org: Org! age: Int }
             type Org @shareable { id: ID! region: Region! }
             type Region @shareable { code: String! }""",
    )
    await world.check("{ users { name age } }")
    await world.check("{ users { org { x: id } age id: name } }")


async def test_provided_fields_save_a_fetch_only_on_their_path() -> None:
    world = Federated(
        {
            "Query": [{"reviews": [Ref("Review", 0)], "latest": Ref("Review", 0)}],
            "Review": [{"body": "b", "author": Ref("User", 0), "editor": Ref("User", 0)}],
            "User": [{"id": "1", "name": "Ann", "mail": "m", "address": Ref("Address", 0)}],
            "Address": [{"city": "Delft", "street": "s"}],
        },
        reviews="""type Query { reviews: [Review!]! latest: Review @shareable }
             type Review @shareable { body: String editor: User
                author: User @provides(fields: "name address { city }") }
             type User @key(fields: "id") {
               id: ID! name: String @external address: Address @external }
             type Address { city: String @external }""",
        users="""type User @key(fields: "id") { id: ID! name: String mail: String address: Address }
             type Address { city: String street: String }""",
    )
    query = "{ reviews { author { name address { city } } } }"
    await world.check(query)
    assert world.fetch_count(query) == 1
    await world.check("{ reviews { author { name address { city street } } editor { name } } }")


async def test_requirements_of_requirements_are_fetched_first() -> None:
    world = Federated(
        {
            "Query": [{"item": Ref("Item", 0), "items": [Ref("Item", 0)]}],
            "Item": [{"id": "1", "weight": 7, "size": Ref("Size", 0)}],
            "Size": [{"w": 1, "h": 2}],
        },
        a="""type Query { item: Item items: [Item] }
             type Item @key(fields: "id") { id: ID! weight: Int }""",
        b="""type Item @key(fields: "id") { id: ID! weight: Int @external size: Size @external
               cost: String @requires(fields: "weight size { w h }") }
             type Size @shareable { w: Int h: Int }""",
        c="""type Item @key(fields: "id") { id: ID! cost: String @external size: Size
               total: String @requires(fields: "cost") back: String @requires(fields: "weight")
               weight: Int @external }
             type Size @shareable { w: Int h: Int }""",
        d="""type Item @key(fields: "id") { id: ID! total: String @external cost: String @external
               all: String @requires(fields: "total cost") }""",
    )
    await world.check("{ item { all } }")
    await world.check("{ item { cost size { h } total } items { id all back weight } }")


async def test_a_field_that_requires_something_of_where_it_starts() -> None:
    world = Federated(
        {"Query": [{"item": Ref("Item", 0)}], "Item": [{"id": "1", "weight": 7}]},
        a="""type Query { item: Item }
             type Item @key(fields: "id") { id: ID! weight: Int @external
               cost: String @requires(fields: "weight") }""",
        b="""type Item @key(fields: "id") { id: ID! weight: Int }""",
    )
    await world.check("{ item { cost } }")
    assert world.fetch_count("{ item { cost } }") == 3


async def test_an_overridden_field_is_asked_of_its_new_owner() -> None:
    world = Federated(
        {"Query": [{"item": Ref("Item", 0)}], "Item": [{"id": "1", "weight": 7, "name": "n"}]},
        a="""type Query { item: Item } type Item @key(fields: "id")
             { id: ID! weight: Int name: String }""",
        b="""type Item @key(fields: "id") { id: ID! weight: Int @override(from: "a") }""",
    )
    await world.check("{ item { weight name } }")
    assert "weight" in world.engine.plan("{ item { weight } }").fetches[1].query


async def test_the_query_type_may_be_reached_again_from_inside() -> None:
    world = Federated(
        {
            "Query": [{"item": Ref("Item", 0), "other": 5, "here": 1}],
            "Item": [{"id": "1", "query": Ref("Query", 0)}],
        },
        a="""type Query { item: Item here: Int } type Item @key(fields: "id")
             { id: ID! query: Query! }""",
        b="""type Query { other: Int }""",
    )
    await world.check("{ item { query { __typename other here item { id } } } }")


async def test_inaccessible_parts_serve_inside_only() -> None:
    world = Federated(
        {
            "Query": [
                {
                    "item": Ref("Item", 0),
                    "things": [Ref("Item", 0), Ref("Secret", 0)],
                    "state": "HIDDEN",
                }
            ],
            "Item": [{"id": "1", "key": "k", "name": "n"}],
            "Secret": [{"x": 1}],
        },
        a="""type Query { item: Item things: [Thing] state: State }
             enum State { SHOWN HIDDEN @inaccessible }
             type Secret @inaccessible { x: Int } union Thing = Item | Secret
             type Item @key(fields: "key") { key: ID! @inaccessible id: ID! }""",
        b="""type Item @key(fields: "key") { key: ID! @inaccessible name: String }""",
    )
    await world.check("{ item { id name } }")
    answer = await world.engine.execute("{ things { __typename ... on Item { name } } state }")
    assert answer["data"] == {"things": [{"__typename": "Item", "name": "n"}, None], "state": None}
    refused = await world.engine.execute("{ item { key } }")
    assert "data" not in refused


async def test_mutations_run_in_order() -> None:
    world = Federated(
        {"Query": [{"n": 1}], "Mutation": [{}], "Item": [{"id": "1", "name": "n"}]},
        a="""type Query { n: Int } type Mutation { first(x: Int!): Item second: Item }
             type Item @key(fields: "id") { id: ID! }""",
        b="""type Mutation { third: Item } type Item @key(fields: "id") { id: ID! name: String }""",
    )
    calls: list[str] = []

    def called(name: str):  # type: ignore[no-untyped-def]
        def call(**arguments: object) -> Ref:
            calls.append(f"{name}{arguments or ''}")
            return Ref("Item", 0)

        return call

    world.world.types["Mutation"][0] |= {
        name: called(name) for name in ("first", "second", "third")
    }
    answer = await world.engine.execute(
        "mutation ($v: Int!) { first(x: $v) { name } third { id name } second { id } }", {"v": 3}
    )
    assert answer == {
        "data": {"first": {"name": "n"}, "third": {"id": "1", "name": "n"}, "second": {"id": "1"}}
    }
    assert calls == ["first{'x': 3}", "third", "second"]


def test_neighbouring_mutations_of_one_subgraph_share_a_request() -> None:
    world = Federated(
        {},
        a="""type Query { n: Int } type Mutation { one: Item two: Int three: Item four: Int }
             type Item @key(fields: "id") { id: ID! }""",
        b="""type Item @key(fields: "id") { id: ID! name: String }""",
    )
    assert world.fetch_count("mutation { one { id } two four }") == 1
    assert world.fetch_count("mutation { two three { name } four }") == 3


async def test_a_circle_of_requirements_does_not_compose() -> None:
    with pytest.raises(CompositionError) as caught:
        Federated(
            {},
            a="""type Query { item: Item }
                 type Item @key(fields: "id") { id: ID! y: String @external
                   x: String @requires(fields: "y") }""",
            b="""type Item @key(fields: "id") { id: ID! x: String @external
                   y: String @requires(fields: "x") }""",
        )
    assert "SATISFIABILITY_ERROR" in caught.value.codes
