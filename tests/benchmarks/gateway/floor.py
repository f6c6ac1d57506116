"""What the operation costs at least in Python: planned, fetched and put together by hand.

    python -m tests.benchmarks.gateway.floor PORT ADDRESSES

The same server and transport as the gateway's, the same seven fetches; nothing is validated,
planned or checked, and objects that appear often are shared.
"""

import asyncio
import sys
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.edge.transport.http import HttpTransport
from tests.benchmarks.gateway.graph import JsonObject
from tests.benchmarks.gateway.minimal import serve

_ENTITIES = "query($r:[_Any!]!){_entities(representations:$r){...on "
_USERS = orjson.dumps({"query": "{users{id username name birthday}}"})
_TOP = orjson.dumps({"query": "{topProducts{upc name price weight}}"})
_REVIEWS = (
    _ENTITIES + "Product{reviews{id body author{id username reviews{id body product{upc}}}}}}}"
)
_NAMES = _ENTITIES + "User{name}}}"
_PRODUCTS = _ENTITIES + "Product{name price weight}}}"
_STOCK = _ENTITIES + "Product{inStock shippingEstimate keeper{id}}}}"
_KEPT = _ENTITIES + "User{reviews{id}}}}"


def _body(query: str, representations: Iterable[JsonObject]) -> bytes:
    return orjson.dumps({"query": query, "variables": {"r": list(representations)}})


def _app(addresses: Mapping[str, str]) -> Starlette:
    transport = HttpTransport(addresses)

    async def ask(name: str, body: bytes) -> Any:
        raw = await transport.send(name, body, {}, repeatable=True)
        return orjson.loads(raw)["data"]

    async def entities(name: str, query: str, representations: Iterable[JsonObject]) -> Any:
        return (await ask(name, _body(query, representations)))["_entities"]

    async def names(authors: dict[str, JsonObject]) -> None:
        asked = ({"__typename": "User", "id": one} for one in authors)
        found = await entities("accounts", _NAMES, asked)
        for author, more in zip(authors.values(), found, strict=True):
            author["name"] = more["name"]

    async def products(known: dict[str, JsonObject]) -> None:
        asked = ({"__typename": "Product", "upc": one} for one in known)
        found = await entities("products", _PRODUCTS, asked)
        for product, more in zip(known.values(), found, strict=True):
            product.update(more)
        asked = (
            {
                "__typename": "Product",
                "upc": one["upc"],
                "price": one["price"],
                "weight": one["weight"],
            }
            for one in known.values()
        )
        found = await entities("inventory", _STOCK, asked)
        keepers: dict[str, JsonObject] = {}
        for product, more in zip(known.values(), found, strict=True):
            keeper = keepers.setdefault(more["keeper"]["id"], more["keeper"])
            product.update(more)
            product["keeper"] = keeper
        asked = ({"__typename": "User", "id": one} for one in keepers)
        kept = await entities("reviews", _KEPT, asked)
        for keeper, more in zip(keepers.values(), kept, strict=True):
            keeper["reviews"] = more["reviews"]

    async def top() -> Any:
        shown = (await ask("products", _TOP))["topProducts"]
        asked = ({"__typename": "Product", "upc": one["upc"]} for one in shown)
        found = await entities("reviews", _REVIEWS, asked)
        authors: dict[str, JsonObject] = {}
        known: dict[str, JsonObject] = {}
        for product, more in zip(shown, found, strict=True):
            product["reviews"] = more["reviews"]
            for review in product["reviews"]:
                author = authors.setdefault(review["author"]["id"], review["author"])
                review["author"] = author
                for written in author["reviews"]:
                    item = written["product"]
                    written["product"] = known.setdefault(item["upc"], item)
        await asyncio.gather(names(authors), products(known))
        return shown

    async def answer(request: Request) -> Response:
        orjson.loads(await request.body())
        users, shown = await asyncio.gather(ask("accounts", _USERS), top())
        data = {"users": users["users"], "topProducts": shown}
        return Response(orjson.dumps({"data": data}), media_type="application/json")

    return Starlette(routes=[Route("/graphql", answer, methods=["POST"])])


if __name__ == "__main__":
    serve(_app(orjson.loads(sys.argv[2])), int(sys.argv[1]))
