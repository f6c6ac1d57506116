"""A gateway with the real accounts service and two small subgraphs that meet in one type."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import strawberry
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from strawberry import federation
from strawberry.federation import Schema

from gateway.edge.app import Edge, create_edge
from gateway.edge.event_sources import EventSource
from gateway.edge.event_sources.in_process import InProcessEventSource
from gateway.edge.pages.upstream import MountedPages, Pages
from gateway.edge.rate_limits.policy import RatePolicy
from gateway.edge.settings import EdgeSettings
from gateway.edge.transport import SubgraphUnavailable
from gateway.edge.transport.in_process import InProcessTransport
from shared.errors import NotFound
from shared.graphql import GraphQLEndpoint, Info
from shared.graphql.schema import build_schema
from shared.identity import TokenVerifier
from tests.integration.accounts.service import Accounts

NAMES = ("accounts", "catalogue", "stock")
ASKING = {"content-type": "application/json"}


@federation.type(keys=["code"])
class Part:
    code: strawberry.ID
    name: str


@strawberry.type
class CatalogueQuery:
    @strawberry.field
    def part(self) -> Part | None:
        return Part(code=strawberry.ID("bracket"), name="Bracket")

    @strawberry.field
    def asker(self, info: Info) -> str:
        identity = info.context.identity
        return f"{','.join(sorted(identity.roles))} {identity.subject} {info.context.request_id}"

    @strawberry.field
    def broken(self) -> str | None:
        raise KeyError("the secret inside")

    @strawberry.field
    def missing(self) -> str | None:
        raise NotFound("There is no such part. Look at the list.", reason="deleted")


@federation.type(name="Part", keys=["code"])
class StockedPart:
    code: strawberry.ID
    left: int | None

    @classmethod
    def resolve_reference(cls, code: strawberry.ID) -> "StockedPart":
        return cls(code=code, left=7)


class Announcements:
    """Says to whoever follows the catalogue which part changed; holds how many follow."""

    def __init__(self) -> None:
        self._lines: set[asyncio.Queue[str | Exception | None]] = set()

    @property
    def followers(self) -> int:
        return len(self._lines)

    def tell(self, word: str | Exception | None) -> None:
        """The name of a part, a fault, or None: the end."""
        for line in self._lines:
            line.put_nowait(word)

    async def words(self) -> AsyncGenerator[str, None]:
        line = asyncio.Queue[str | Exception | None]()
        self._lines.add(line)
        try:
            while (word := await line.get()) is not None:
                if isinstance(word, Exception):
                    raise word
                yield word
        finally:
            self._lines.discard(line)


def subscription_to(announcements: Announcements) -> type:
    """The catalogue's Subscription, with what `announcements` tells."""

    @strawberry.type
    class CatalogueSubscription:
        @strawberry.subscription
        async def part_changed(self) -> AsyncGenerator[Part | None, None]:
            async with aclosing(announcements.words()) as words:
                async for name in words:
                    yield Part(code=strawberry.ID("bracket"), name=name)

        @strawberry.subscription
        async def follower(self, info: Info) -> AsyncGenerator[str, None]:
            async with aclosing(announcements.words()) as words:
                async for word in words:
                    yield f"{word} {info.context.identity.subject}"

    return CatalogueSubscription


@strawberry.type
class StockQuery:
    @strawberry.field
    def shelves(self) -> int:
        return 3


class CuttableTransport(InProcessTransport):
    """In-process subgraphs of which any can be taken away, and others put in their place."""

    def __init__(self, endpoints: Mapping[str, GraphQLEndpoint]) -> None:
        super().__init__(endpoints)
        self.away: set[str] = set()
        self.sent: list[tuple[str, dict[str, str]]] = []

    def endpoint(self, subgraph: str) -> GraphQLEndpoint:
        return self._endpoints[subgraph]

    def replace(self, subgraph: str, endpoint: GraphQLEndpoint) -> None:
        self._endpoints[subgraph] = endpoint

    async def send(
        self, subgraph: str, body: bytes, headers: Mapping[str, str], *, repeatable: bool = False
    ) -> bytes:
        self.sent.append((subgraph, dict(headers)))
        if subgraph in self.away:
            raise SubgraphUnavailable(subgraph, "it was taken away")
        return await super().send(subgraph, body, headers, repeatable=repeatable)


@dataclass
class World:
    """A running gateway, and a browser that keeps its cookies."""

    app: Starlette
    transport: CuttableTransport
    browser: httpx.AsyncClient
    _schemas: dict[str, Schema] = field(default_factory=dict)

    @property
    def edge(self) -> Edge:
        edge: Edge = self.app.state.edge
        return edge

    async def post(
        self, query: str, variables: dict[str, Any] | None = None, **headers: str
    ) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.browser.post(
            "/graphql", json={"query": query, "variables": variables}, headers=named
        )

    async def ask(self, query: str, **headers: str) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.post(query, **headers)).json()
        return answer


async def _page(request: Request) -> Response:
    return JSONResponse(
        {
            "path": request.url.path,
            "headers": dict(request.headers),
            "cookies": request.cookies,
            "own_address": str(request.url_for("html")),
        }
    )


async def _html(_: Request) -> Response:
    return HTMLResponse("<p>hello</p>", headers={"content-security-policy": "default-src 'self'"})


async def _crash(_: Request) -> Response:
    raise KeyError("the secret inside")


def small_pages() -> Starlette:
    """Pages that show what reached them."""
    return Starlette(
        routes=[
            Route("/html", _html, name="html"),
            Route("/crash", _crash),
            Route("/{path:path}", _page, methods=["GET", "POST"]),
        ]
    )


def endpoint_of(
    name: str, schema: Schema, accounts: Accounts, keys: tuple[str, str]
) -> GraphQLEndpoint:
    return GraphQLEndpoint(name, schema, TokenVerifier(keys[1]), accounts.runtime)


@asynccontextmanager
async def a_world(
    accounts: Accounts,
    keys: tuple[str, str],
    redis: Redis,
    *,
    pages: Pages | None = None,
    rates: RatePolicy | None = None,
    away: frozenset[str] = frozenset(),
    settings: EdgeSettings | None = None,
    events: EventSource | None = None,
    announcements: Announcements | None = None,
) -> AsyncIterator[World]:
    """The gateway, reached in process; it has composed its graph unless somebody is away."""
    catalogue = build_schema(
        query=CatalogueQuery,
        subscription=subscription_to(announcements or Announcements()),
        types=[Part],
    )
    stock = build_schema(query=StockQuery, types=[StockedPart])
    endpoints = {
        "accounts": accounts.endpoint,
        "catalogue": endpoint_of("catalogue", catalogue, accounts, keys),
        "stock": endpoint_of("stock", stock, accounts, keys),
    }
    transport = CuttableTransport(endpoints)
    transport.away = set(away)
    app = create_edge(
        replace(
            settings or EdgeSettings(signing_private_key=""),
            signing_private_key=keys[0],
            sdl_poll_seconds=3600,
            rates=rates or RatePolicy(),
        ),
        subgraphs=NAMES,
        transport=transport,
        redis=redis,
        pages=pages or MountedPages(small_pages()),
        events=events or InProcessEventSource(endpoints),
    )
    async with app.router.lifespan_context(app):
        world = World(
            app,
            transport,
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app, raise_app_exceptions=False),
                base_url="http://partline.example",
            ),
        )
        if not away:
            await world.edge.registry.refresh()
        yield world
        await world.browser.aclose()
