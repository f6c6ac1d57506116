"""`@defer`: what comes first, what comes later, and that together it is the whole response."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from gateway.federation import Answer, Engine, FetchRequest, Increments
from tests.unit.federation.federated import Federated
from tests.unit.federation.world import Ref

WHOLE = {"data": {"products": [{"name": "One", "stock": 5}, {"name": "Two", "stock": 6}]}}


def shop(**changes: Any) -> Federated:
    products: list[dict[str, Any]] = [
        {"id": "1", "name": "One", "stock": 5, "shelf": "A", "maker": Ref("Maker")},
        {"id": "2", "name": "Two", "stock": 6, "shelf": "B", "maker": Ref("Maker")},
    ]
    products[1] |= changes
    return Federated(
        {
            "Query": [{"products": [Ref("Product", 0), Ref("Product", 1)]}],
            "Product": products,
            "Maker": [{"id": "m", "name": "Ann", "city": "Delft"}],
        },
        products="""
            type Query { products: [Product] }
            type Product @key(fields: "id") { id: ID! name: String maker: Maker }
            type Maker @key(fields: "id") { id: ID! name: String }
        """,
        stock="""
            type Product @key(fields: "id") { id: ID! stock: Int! shelf: String }
            type Maker @key(fields: "id") { id: ID! city: String }
        """,
    )


async def delivered(
    world: Federated, query: str, variables: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    parts = [part async for part in world.engine.deliver(query, variables)]
    assert isinstance(parts[0], Answer)
    assert all(isinstance(part, Increments) for part in parts[1:])
    return [part.as_dict() for part in parts]


def increments(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    assert [part["hasNext"] for part in parts] == [True] * (len(parts) - 1) + [False]
    return [item for part in parts[1:] for item in part.get("incremental", ())]


async def test_a_deferred_fragment_comes_for_each_of_its_objects() -> None:
    parts = await delivered(
        shop(), '{ items: products { name ... @defer(label: "s") { stock at: shelf } } }'
    )
    assert parts[0] == {
        "data": {"items": [{"name": "One"}, {"name": "Two"}]},
        "hasNext": True,
    }
    assert increments(parts) == [
        {"data": {"stock": 5, "at": "A"}, "path": ["items", 0], "label": "s"},
        {"data": {"stock": 6, "at": "B"}, "path": ["items", 1], "label": "s"},
    ]


async def test_what_comes_first_does_not_wait_for_what_is_deferred() -> None:
    world, may_answer = shop(), asyncio.Event()

    async def fetch(name: str, request: FetchRequest) -> Any:
        if name == "stock":
            await may_answer.wait()
        return await world.servers[name](request)

    stream = Engine(world.supergraph, fetch).deliver("{ products { name ... @defer { stock } } }")
    assert (await anext(stream)).as_dict()["hasNext"] is True
    may_answer.set()
    assert [part.as_dict()["hasNext"] async for part in stream] == [False]


async def test_a_null_stays_within_its_fragment() -> None:
    parts = await delivered(shop(stock=None), "{ products { name ... @defer { stock } } }")
    first, second = increments(parts)
    assert first["data"] == {"stock": 5}
    assert second["data"] is None
    assert [error["path"] for error in second["errors"]] == [["products", 1, "stock"]]


async def test_a_subgraph_that_fails_costs_only_the_fragment() -> None:
    world = shop()
    world.failing.add("stock")
    parts = await delivered(world, "{ products { name ... @defer { shelf } } }")
    assert "errors" not in parts[0]
    found = increments(parts)
    assert [item["data"] for item in found] == [{"shelf": None}, {"shelf": None}]
    assert found[0]["errors"][0]["extensions"]["code"] == "SUBREQUEST_FAILED"


async def test_a_fragment_within_a_fragment_comes_after_it() -> None:
    parts = await delivered(
        shop(),
        '{ products { id ... @defer(label: "outer") { maker { name '
        '... @defer(label: "inner") { city } } } } }',
    )
    found = increments(parts)
    assert [item["label"] for item in found] == ["outer", "outer", "inner", "inner"]
    assert found[0]["data"] == {"maker": {"name": "Ann"}}
    assert found[2] == {
        "data": {"city": "Delft"},
        "path": ["products", 0, "maker"],
        "label": "inner",
    }


async def test_nothing_is_deferred_where_a_variable_says_so() -> None:
    query = "query ($later: Boolean!) { products { name ... @defer(if: $later) { stock } } }"
    (whole,) = await delivered(shop(), query, {"later": False})
    assert whole == {
        "data": {"products": [{"name": "One", "stock": 5}, {"name": "Two", "stock": 6}]}
    }
    parts = await delivered(shop(), query, {"later": True})
    assert [item["data"] for item in increments(parts)] == [{"stock": 5}, {"stock": 6}]


async def test_operations_that_are_refused_have_a_single_part() -> None:
    (refused,) = await delivered(shop(), "{ nope ... @defer { products { id } } }")
    assert "data" not in refused


async def test_who_stops_listening_ends_the_fetches() -> None:
    world, ended = shop(), asyncio.Event()

    async def fetch(name: str, request: FetchRequest) -> Any:
        if name != "stock":
            return await world.servers[name](request)
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    engine = Engine(world.supergraph, fetch)
    stream = engine.deliver("{ products { name ... @defer { stock } } }")
    await anext(stream)
    waiting = asyncio.create_task(anext(stream))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await stream.aclose()
    await asyncio.wait_for(ended.wait(), 5)


async def test_without_deliver_the_whole_response_comes_at_once() -> None:
    world = shop()
    answer: Any = await world.engine.execute("{ products { name ... @defer { stock } } }")
    assert answer == {
        "data": {"products": [{"name": "One", "stock": 5}, {"name": "Two", "stock": 6}]}
    }
