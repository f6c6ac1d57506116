"""Two subgraphs, written with Strawberry and served over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import strawberry
import uvicorn
from starlette.types import ASGIApp
from strawberry.asgi import GraphQL
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet

NAMES = {"1": "Bracket", "2": "Gear"}


@dataclass
class Turnstile:
    """Lets a test see that a request has arrived, and decide when it goes on."""

    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)


TURNSTILE = Turnstile()
HEADERS: list[dict[str, str]] = []
WRITES: list[str] = []


def _products() -> ASGIApp:
    @strawberry.federation.type(keys=["id"])
    class Product:
        id: strawberry.ID

        @strawberry.field
        def name(self) -> str:
            return NAMES[self.id]

        @classmethod
        def resolve_reference(cls, id: strawberry.ID) -> Product:  # noqa: A002
            return cls(id=id)

    @strawberry.type
    class Query:
        @strawberry.field
        def products(self) -> list[Product]:
            return [Product(id=strawberry.ID(name)) for name in NAMES]

        @strawberry.field
        async def slow(self) -> str:
            TURNSTILE.arrived.set()
            await TURNSTILE.opened.wait()
            return "done"

        @strawberry.field
        def failing(self) -> str | None:
            raise ValueError("the disk of db-7 is full")

    @strawberry.type
    class Mutation:
        @strawberry.mutation
        def write(self, text: str) -> str:
            WRITES.append(text)
            return text

    @strawberry.type
    class Subscription:
        @strawberry.subscription
        async def newest(self) -> AsyncIterator[Product]:
            for name in NAMES:
                yield Product(id=strawberry.ID(name))

    for item in (Product,):
        globals()[item.__name__] = item
    return GraphQL(strawberry.federation.Schema(Query, Mutation, Subscription))


def _reviews() -> ASGIApp:
    @strawberry.type
    class Review:
        text: str

    @strawberry.federation.type(name="Product", directives=[Key(fields=FieldSet("id"))])
    class Reviewed:
        id: strawberry.ID

        @strawberry.field
        def reviews(self, info: strawberry.Info) -> list[Review] | None:
            HEADERS.append(dict(info.context["request"].headers))
            return [Review(text=f"of {self.id}")]

        @classmethod
        def resolve_reference(cls, id: strawberry.ID) -> Reviewed:  # noqa: A002
            return cls(id=id)

    @strawberry.type
    class Query:
        @strawberry.field
        def best(self) -> Reviewed | None:
            return Reviewed(id=strawberry.ID("2"))

    globals().update(Review=Review, Reviewed=Reviewed)
    return GraphQL(strawberry.federation.Schema(Query, types=[Reviewed]))


PRODUCTS = _products()
REVIEWS = _reviews()


@asynccontextmanager
async def serving(app: ASGIApp, port: int = 0) -> AsyncIterator[str]:
    """The address at which a subgraph answers for the length of the block."""
    listening = uvicorn.Config(app, port=port).bind_socket() if port else None
    configuration = uvicorn.Config(
        app, port=port, log_config=None, timeout_graceful_shutdown=1, lifespan="off"
    )
    server = uvicorn.Server(configuration)
    task = asyncio.create_task(server.serve(sockets=[listening] if listening else None))
    while not server.started:
        assert not task.done(), task
        await asyncio.sleep(0.005)
    try:
        bound = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{bound}/"
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def black_hole() -> AsyncIterator[str]:
    """The address of a server that takes every connection and never says a word."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1024):
            pass
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
