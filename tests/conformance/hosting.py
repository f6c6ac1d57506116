"""Subgraphs and gateways of many examples, each at a path of its own on two real HTTP servers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.edge.transport.http import HttpPool
from gateway.edge.transport.patience import Patience
from gateway.standalone.app import create_standalone
from gateway.standalone.keeper import Keeper
from gateway.standalone.settings import StandaloneSettings
from gateway.standalone.sources import Source, SubgraphList, SupergraphFile
from tests.unit.federation.world import JsonObject

Answering = Callable[[JsonObject], JsonObject]


@dataclass
class Subgraphs:
    """The ASGI application that answers as every subgraph. `away` answer with a bare 500."""

    answers: dict[str, Answering] = field(default_factory=dict)
    sdls: dict[str, str] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)

    def add(self, path: str, sdl: str, answer: Answering) -> None:
        """Answer at a path (without a slash in front) and tell this schema there."""
        self.answers[path] = answer
        self.sdls[path] = sdl

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"][1:]
        body = await _body(receive)
        if path in self.away:
            await _reply(send, 500, b"gone", b"text/plain")
        else:
            answer = orjson.dumps(self._answer(path, orjson.loads(body)))
            await _reply(send, 200, answer, b"application/json; charset=utf-8")

    def _answer(self, path: str, request: JsonObject) -> JsonObject:
        if "_service" in request["query"]:
            return {"data": {"_service": {"sdl": self.sdls[path]}}}
        try:
            return self.answers[path](request)
        except AssertionError as error:
            return {"errors": [{"message": str(error)}]}


@dataclass
class Doors:
    """The ASGI application that leads to every gateway."""

    apps: dict[str, ASGIApp] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name, _, rest = scope["path"][1:].partition("/")
        inner = {**scope, "path": f"/{rest}", "raw_path": f"/{rest}".encode()}
        await self.apps[name](inner, receive, send)


@dataclass
class Stage:
    """Both servers. `subgraphs_at` is the address of the subgraphs' server, without a slash."""

    subgraphs: Subgraphs
    subgraphs_at: str
    client: httpx.AsyncClient
    _doors: Doors
    _pool: HttpPool
    _folder: Path
    _mask_errors: bool

    async def open_supergraph(self, door: str, sdl: str, labels: Iterable[str] = ()) -> Keeper:
        """A gateway on a supergraph in a file, as `--supergraph` makes it."""
        file = self._folder / f"{door}.graphql"
        file.write_text(sdl)
        return await self._open(door, lambda _: SupergraphFile(file), labels)

    async def open_subgraphs(
        self, door: str, urls: dict[str, str], labels: Iterable[str] = ()
    ) -> Keeper:
        """A gateway on addresses alone, as `--subgraphs` makes it."""
        file = self._folder / f"{door}.json"
        file.write_text(json.dumps([{"name": name, "url": url} for name, url in urls.items()]))
        return await self._open(door, lambda pool: SubgraphList(file, pool, 0), labels)

    async def _open(
        self, door: str, source: Callable[[HttpPool], Source], labels: Iterable[str]
    ) -> Keeper:
        # Examples with subgraphs that are away must not shut them out for those that follow.
        settings = StandaloneSettings(
            override_labels=frozenset(labels),
            patience=Patience(failures=0),
            mask_errors=self._mask_errors,
        )
        standalone = create_standalone(settings, self._pool, source)
        await standalone.keeper.refresh()
        assert standalone.keeper.graph is not None, standalone.keeper.waits_for
        self._doors.apps[door] = standalone.app
        return standalone.keeper

    async def ask(self, door: str, request: dict[str, Any]) -> JsonObject:
        """The answer of a gateway, in JSON."""
        answer = await self.client.post(f"/{door}/graphql", json=request)
        assert answer.headers["content-type"].startswith("application/json"), answer
        found: JsonObject = json.loads(answer.content)
        return found


@asynccontextmanager
async def staged(folder: Path, *, mask_errors: bool = True) -> AsyncIterator[Stage]:
    """The servers, for the length of the block; `folder` is for what gateways read."""
    subgraphs, doors, pool = Subgraphs(), Doors(), HttpPool()
    async with served(subgraphs) as subgraphs_at, served(doors) as doors_at:
        async with httpx.AsyncClient(base_url=doors_at, timeout=60) as client:
            yield Stage(subgraphs, subgraphs_at, client, doors, pool, folder, mask_errors)
        await pool.close()


@asynccontextmanager
async def served(app: ASGIApp, port: int = 0) -> AsyncIterator[str]:
    """The address of an application that is served for the length of the block."""
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    )
    task = asyncio.create_task(server.serve())
    while not server.started:
        assert not task.done(), task
        await asyncio.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


async def _body(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(chunks)


async def _reply(send: Send, status: int, body: bytes, media_type: bytes) -> None:
    headers = [(b"content-type", media_type), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
