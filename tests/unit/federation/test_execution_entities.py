"""Entities: keys of all kinds, requirements, provided fields."""

from __future__ import annotations

from typing import Any

from gateway.federation import Engine, FetchRequest, compose
from tests.unit.federation.federated import Federated, subgraph
from tests.unit.federation.world import Ref


def shop() -> Federated:
    return Federated(
        {
            "Query": [
                {"products": [Ref("Product", 0), Ref("Product", 1)], "top": Ref("Product", 1)}
            ],
            "Product": [
                {
                    "id": "p1",
                    "upc": "u1",
                    "name": "Bracket",
                    "price": lambda currency="EUR": 10 if currency == "EUR" else 11,
                    "weight": 3,
                    "reviews": [Ref("Review", 0), Ref("Review", 1)],
                },
                {
                    "id": "p2",
                    "upc": "u2",
                    "name": "Ring",
                    "price": lambda currency="EUR": 20 if currency == "EUR" else 22,
                    "weight": None,
                    "reviews": [],
                },
            ],
            "Review": [
                {"body": "good", "product": Ref("Product", 0), "author": Ref("User", 0)},
                {"body": "bad", "product": Ref("Product", 1), "author": Ref("User", 0)},
            ],
            "User": [{"id": "a", "name": "Ann", "favourite": Ref("Product", 0)}],
        },
        products="""
            type Query { products: [Product!]! top: Product }
            type Product @key(fields: "id") @key(fields: "upc") {
              id: ID! upc: String! name: String! price(currency: String = "EUR"): Int weight: Int
            }
        """,
        reviews="""
            type Product @key(fields: "upc") {
              upc: String! price(currency: String = "EUR"): Int @external weight: Int @external
              reviews: [Review!]!
              shipping: String @requires(fields: "price(currency: \\"USD\\") weight")
            }
            type Review { body: String! product: Product! author: User }
            type User @key(fields: "id", resolvable: false) { id: ID! }
        """,
        users="""
            type User @key(fields: "id") { id: ID! name: String favourite: Product }
            type Product @key(fields: "id", resolvable: false) { id: ID! }
        """,
    )


async def test_a_field_of_another_subgraph_is_fetched_by_key() -> None:
    world = shop()
    await world.check("{ products { name reviews { body } } }")
    assert world.fetch_count("{ products { name reviews { body } } }") == 2


async def test_entities_nest_through_several_subgraphs() -> None:
    await shop().check(
        "{ products { reviews { author { name favourite { name reviews { body product { name } } "
        "} } } } }"
    )


async def test_requirements_go_into_the_representation() -> None:
    answer = await shop().check("{ products { shipping } top { id shipping } }")
    assert answer["data"]["top"]["shipping"] == '{"price": 22, "weight": null}'


async def test_a_required_argument_does_not_clash_with_the_clients() -> None:
    await shop().check('{ products { price(currency: "EUR") shipping name } }')


async def test_client_aliases_that_look_like_key_fields_are_kept_apart() -> None:
    await shop().check("{ products { upc: name id: weight reviews { body } shipping } }")


async def test_the_same_field_may_be_asked_under_several_names() -> None:
    await shop().check(
        "{ products { a: name b: name upc x: upc reviews { b: body } } top { name } }"
    )


async def test_conditions_are_part_of_the_plan() -> None:
    world = shop()
    query = """query ($x: Boolean!, $y: Boolean!) {
      products { name @skip(if: $x) reviews @include(if: $y) { body author { name @skip(if: $x) } }
        ... @include(if: $x) { ... @skip(if: $y) { weight shipping } }
        reviews { product { id } } } }
    """
    for x in (True, False):
        for y in (True, False):
            await world.check(query, {"x": x, "y": y})


async def test_a_fetch_whose_selections_are_all_skipped_is_not_made() -> None:
    world = shop()
    query = "query ($x: Boolean!) { products { name reviews @include(if: $x) { body } } }"
    await world.check(query, {"x": False})
    assert not world.servers["reviews"].requests


async def test_representations_are_sent_once() -> None:
    world = shop()
    await world.check("{ products { reviews { author { name } } } }")
    assert len(world.servers["users"].requests[0].variables["representations"]) == 1


async def test_a_requirement_that_is_skipped_does_not_hold_up_the_rest() -> None:
    world = shop()
    query = "query ($x: Boolean!) { products { reviews { body } shipping @include(if: $x) } }"
    await world.check(query, {"x": False})
    assert len(world.servers["reviews"].requests) == 1
    assert "shipping" in world.servers["reviews"].requests[0].query
    assert set(world.servers["reviews"].requests[0].variables["representations"][0]) == {
        "__typename",
        "upc",
    }


async def test_many_conditions_hold_together() -> None:
    world = shop()
    query = """query ($a: Boolean!, $b: Boolean!, $c: Boolean!) { products @include(if: $a) {
      ... @include(if: $b) { ... @include(if: $c) { name weight @skip(if: $a) } upc @skip(if: $c) }
    } top { id } }"""
    for number in range(8):
        await world.check(query, {"a": number % 2 > 0, "b": number % 4 > 1, "c": number > 3})
    assert (
        "... @include(if: $c) { name @include(if: $b) }"
        in world.engine.plan(query).fetches[0].query
    )


async def test_one_entity_that_is_told_differently_at_two_places_stays_two_objects() -> None:
    supergraph = compose(
        [
            subgraph("a", 'type Query { ps: [P] } type P @key(fields: "id") { id: ID! x: Int }'),
            subgraph("b", 'type P @key(fields: "id") { id: ID! n: Int }'),
        ]
    )
    answers: dict[str, Any] = {
        "a": {"ps": [{"id": "1", "x": 1}, {"id": "1", "x": None}, {"id": "1", "x": 1}]},
        "b": {"_entities": [{"n": 5}]},
    }

    async def fetch(name: str, request: FetchRequest) -> Any:
        return {"data": answers[name]}

    answer = await Engine(supergraph, fetch).execute("{ ps { x n } }")
    assert answer == {"data": {"ps": [{"x": x, "n": 5} for x in (1, None, 1)]}}
