"""Errors and nulls: where they appear in the response, and what they cost."""

from __future__ import annotations

from typing import Any

from gateway.federation import Engine, FetchRequest
from tests.unit.federation.federated import Federated
from tests.unit.federation.world import Ref


def shop(**changes: Any) -> Federated:
    products: list[dict[str, Any]] = [
        {"id": "1", "name": "One", "stock": 5, "level": 7, "price": 10, "maker": Ref("Maker", 0)},
        {"id": "2", "name": "Two", "stock": 6, "level": 8, "price": 20, "maker": Ref("Maker", 0)},
    ]
    products[1] |= changes
    return Federated(
        {
            "Query": [
                {
                    "products": [Ref("Product", 0), Ref("Product", 1), Ref("Product", 1)],
                    "first": Ref("Product", 0),
                    "strict": [Ref("Product", 0), Ref("Product", 1)],
                }
            ],
            "Product": products,
            "Maker": [{"id": "m", "name": "Ann", "city": "Delft"}],
        },
        products="""
            type Query { products: [Product] first: Product strict: [Product!] }
            type Product @key(fields: "id") { id: ID! name: String! maker: Maker price: Int }
            type Maker @key(fields: "id") { id: ID! name: String }
        """,
        stock="""
            type Product @key(fields: "id") {
              id: ID! stock: Int! level: Int price: Int @external
              worth: String @requires(fields: "price")
            }
            type Maker @key(fields: "id") { id: ID! city: String! }
        """,
    )


async def test_an_error_of_an_entity_is_told_at_each_of_its_places() -> None:
    world = shop(level=ValueError("broken gauge"))
    answer = await world.check("{ items: products { name l: level } }", with_errors=True)
    assert [(one["message"], one["path"]) for one in answer["errors"]] == [
        ("broken gauge", ["items", 1, "l"]),
        ("broken gauge", ["items", 2, "l"]),
    ]
    assert answer["errors"][0]["extensions"]["service"] == "stock"


async def test_a_null_moves_up_to_the_next_place_that_may_be_null() -> None:
    world = shop(stock=None)
    answer = await world.check("{ products { name stock } first { stock } }", with_errors=True)
    assert answer["data"]["products"][1] is None
    answer = await world.check("{ strict { name stock } first { stock } }", with_errors=True)
    assert answer["data"]["strict"] is None


async def test_errors_inside_the_first_subgraph_keep_their_path() -> None:
    world = shop(name=ValueError("no name"))
    answer = await world.check("{ all: products { title: name } }", with_errors=True)
    assert answer["errors"][0]["path"] == ["all", 1, "title"]


async def test_a_subgraph_that_is_down_costs_only_its_own_fields() -> None:
    world = shop()
    world.failing.add("stock")
    answer = await world.engine.execute("{ products { name level maker { name } } }")
    maker = {"name": "Ann"}
    assert answer["data"] == {
        "products": [
            {"name": "One", "level": None, "maker": maker},
            {"name": "Two", "level": None, "maker": maker},
            {"name": "Two", "level": None, "maker": maker},
        ]
    }
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["SUBREQUEST_FAILED"]
    assert answer["errors"][0]["path"] == ["products"]
    assert "is down" not in str(answer["errors"])


async def test_a_root_subgraph_that_is_down_leaves_nulls() -> None:
    world = shop()
    world.failing.add("products")
    answer = await world.engine.execute("{ products { name } __typename }")
    assert answer["data"] == {"products": None, "__typename": "Query"}
    assert len(answer["errors"]) == 1


async def test_rubbish_from_a_subgraph_is_an_error_like_any_other() -> None:
    for rubbish in (b"<html>", b"[]", b"{}", b'{"data": 5}', b'{"data": null}'):

        async def fetch(name: str, request: FetchRequest, answer: bytes = rubbish) -> bytes:
            return answer

        engine = Engine(shop().supergraph, fetch)
        answer: dict[str, Any] = await engine.execute("{ products { name } }")
        assert answer["data"] == {"products": None}
        assert answer["errors"][0]["extensions"]["code"] == "SUBREQUEST_MALFORMED_RESPONSE"


async def test_too_few_or_odd_entities_do_no_harm() -> None:
    world = shop()

    async def fetch(name: str, request: FetchRequest) -> Any:
        if name == "stock":
            return {"data": {"_entities": [{"level": 3}, None, "x", 7][:1]}}
        return await world.servers[name](request)

    engine = Engine(world.supergraph, fetch)
    answer: dict[str, Any] = await engine.execute("{ products { level } }")
    assert [item["level"] for item in answer["data"]["products"]] == [3, None, None]


async def test_a_null_without_an_error_gets_one() -> None:
    world = shop()

    async def fetch(name: str, request: FetchRequest) -> Any:
        if name == "stock":
            return {"data": {"_entities": [None]}}
        return await world.servers[name](request)

    engine = Engine(world.supergraph, fetch)
    answer: dict[str, Any] = await engine.execute("{ first { stock } }")
    assert answer["data"] == {"first": None}
    assert answer["errors"][0]["path"] == ["first", "stock"]


def requiring() -> Federated:
    return Federated(
        {
            "Query": [{"item": Ref("Item", 0)}],
            "Item": [{"id": "1", "price": 5, "name": "n", "level": 3}],
        },
        a="""type Query { item: Item } type Item @key(fields: "id") { id: ID! name: String }""",
        b="""type Item @key(fields: "id") { id: ID! price: Int }""",
        c="""type Item @key(fields: "id") { id: ID! price: Int @external
               worth: String @requires(fields: "price") level: Int }""",
    )


async def test_requirements_that_could_not_be_fetched_are_not_made_up() -> None:
    world = requiring()
    world.failing.add("b")
    answer = await world.engine.execute("{ item { name worth } }")
    assert answer["data"] == {"item": {"name": "n", "worth": None}}
    assert not world.servers["c"].requests


async def test_fields_without_requirements_survive_beside_those_whose_are_lost() -> None:
    world = requiring()
    await world.check("{ item { name worth level } }")
    assert len(world.servers["c"].requests) == 1
    world.failing.add("b")
    answer = await world.engine.execute("{ item { name worth level } }")
    assert answer["data"] == {"item": {"name": "n", "worth": None, "level": 3}}
    assert "worth" not in world.servers["c"].requests[1].query


async def test_variables_are_checked_before_anything_is_fetched() -> None:
    world = Federated(
        {"Query": [{}]},
        a="""type Query { f(i: In, n: Int! = 3, e: E, l: [Int!]): String }
             input In { x: Int! y: E = A z: [In!] } enum E { A B }""",
    )
    query = "query ($i: In, $n: Int!, $e: E, $l: [Int!]) { f(i: $i, n: $n, e: $e, l: $l) }"
    for variables in (
        {},
        {"n": None},
        {"n": "1"},
        {"n": 1.5},
        {"n": 2**31},
        {"n": True},
        {"n": 1, "i": {}},
        {"n": 1, "i": {"x": 1, "w": 2}},
        {"n": 1, "i": {"x": 1, "z": [{"x": "no"}]}},
        {"n": 1, "e": "C"},
        {"n": 1, "l": [1, None]},
    ):
        answer: dict[str, Any] = await world.engine.execute(query, variables)
        assert "data" not in answer
        assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert not world.servers["a"].requests
    await world.engine.execute(query, {"n": 1.0, "i": {"x": 2}, "l": 5, "unknown": 1})
    assert world.servers["a"].requests[0].variables == {
        "n": 1,
        "i": {"x": 2, "y": "A"},
        "l": [5],
    }


async def test_entities_in_one_request_do_not_fail_together() -> None:
    world = shop()

    async def fetch(name: str, request: FetchRequest) -> Any:
        if name == "stock" and "... on Maker" in request.query:
            error = {"message": "no makers today", "path": ["_entities"]}
            return {"data": None, "errors": [error]}
        return await world.servers[name](request)

    engine = Engine(world.supergraph, fetch)
    query = "{ first { level maker { city } } products { level } }"
    assert len(engine.plan(query).fetches) == 2
    answer: dict[str, Any] = await engine.execute(query)
    assert answer["data"] == {
        "first": {"level": 7, "maker": None},
        "products": [{"level": 7}, {"level": 8}, {"level": 8}],
    }
    assert [error["message"] for error in answer["errors"]] == ["no makers today"]
