"""Graphs that change while they are served."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.federation import Subgraph, compose, print_supergraph
from tests.integration.gateway.process import Gateway, running, until
from tests.integration.gateway.subgraphs import serving

OLD = "type Query { x: Int slow: Int }"
NEW = "type Query { x: Int slow: Int y: Int }"
BAD = 'type Query { x: Int } type T @key(fields: "none") { id: ID }'


class Changing:
    """A subgraph whose schema a test changes; `slow` waits for the test."""

    def __init__(self) -> None:
        self.sdl = OLD
        self.waiting = asyncio.Event()
        self.goes_on = asyncio.Event()

    async def __call__(self, request: Request) -> Response:
        query = (await request.json())["query"]
        if "_service" in query:
            return JSONResponse({"data": {"_service": {"sdl": self.sdl}}})
        if "slow" in query:
            self.waiting.set()
            await self.goes_on.wait()
        return JSONResponse({"data": {name: 1 for name in ("x", "y", "slow") if name in query}})


@asynccontextmanager
async def changing() -> AsyncIterator[tuple[Changing, str]]:
    subgraph = Changing()
    app = Starlette(routes=[Route("/", subgraph.__call__, methods=["POST"])])
    async with serving(app) as url:
        yield subgraph, url


def has_y(gateway: Gateway) -> Callable[[], Awaitable[bool]]:
    async def answered() -> bool:
        return await gateway.ask("{ y }") == {"data": {"y": 1}}

    return answered


def supergraph(sdl: str, url: str) -> str:
    return print_supergraph(compose([Subgraph("a", sdl, url)]))


def write(file: Path, content: str) -> None:
    """As careful tools do: the file is never seen half written."""
    new = file.with_suffix(".new")
    new.write_text(content)
    new.replace(file)


@pytest.mark.parametrize("kind", ["supergraph", "sdl file", "list", "asked"])
async def test_a_graph_is_swapped_without_losing_a_request(kind: str, tmp_path: Path) -> None:
    file, sdl_file = tmp_path / "graph", tmp_path / "a.graphql"
    async with changing() as (subgraph, url):

        def put(sdl: str) -> None:
            entry: dict[str, Any] = {"name": "a", "url": url}
            if kind == "supergraph":
                write(file, supergraph(sdl, url))
            elif kind == "sdl file":
                write(sdl_file, sdl)
                write(file, json.dumps([{**entry, "sdl_file": "a.graphql"}]))
            elif kind == "list":
                write(file, json.dumps([{**entry, "sdl": sdl}]))
            else:
                subgraph.sdl = sdl
                write(file, json.dumps([entry]))

        put(OLD)
        option = "--supergraph" if kind == "supergraph" else "--subgraphs"
        async with running(option, file, "--poll", "0.1") as gateway:
            await until(lambda: answers(gateway))
            stopped = asyncio.Event()
            load = [asyncio.create_task(keep_asking(gateway, stopped)) for _ in range(8)]
            under_way = asyncio.create_task(gateway.ask("{ slow }"))
            await subgraph.waiting.wait()
            put(NEW)
            await until(has_y(gateway))
            subgraph.goes_on.set()
            assert await under_way == {"data": {"slow": 1}}
            stopped.set()
            assert min(await asyncio.gather(*load)) > 0


async def answers(gateway: Gateway) -> bool:
    return await gateway.ask("{ x }") == {"data": {"x": 1}}


async def keep_asking(gateway: Gateway, stopped: asyncio.Event) -> int:
    count = 0
    while not stopped.is_set():
        assert await gateway.ask("{ x }") == {"data": {"x": 1}}
        count += 1
    return count


@pytest.mark.parametrize("bad", [BAD, "type Query {"])
async def test_what_does_not_compose_leaves_the_graph_and_health_says_why(
    bad: str, tmp_path: Path
) -> None:
    file = tmp_path / "subgraphs.json"
    async with changing() as (_, url):

        def put(sdl: str) -> None:
            write(file, json.dumps([{"name": "a", "url": url, "sdl": sdl}]))

        put(OLD)
        async with running("--subgraphs", file) as gateway:
            put(bad)
            await until(lambda: has_problem(gateway))
            report = await gateway.health()
            assert report["status"] == "incomplete"
            assert "[a]" in report["problem"]
            assert await answers(gateway)
            put(NEW)
            await until(has_y(gateway))
            assert "problem" not in await gateway.health()


async def has_problem(gateway: Gateway) -> bool:
    return "problem" in await gateway.health()


async def test_a_file_that_goes_away_leaves_the_graph(tmp_path: Path) -> None:
    file = tmp_path / "supergraph.graphql"
    async with changing() as (_, url):
        write(file, supergraph(OLD, url))
        async with running("--supergraph", file) as gateway:
            file.unlink()
            await until(lambda: has_problem(gateway))
            assert "cannot be read" in (await gateway.health())["problem"]
            assert await answers(gateway)
            write(file, supergraph(OLD, url))
            await until(lambda: has_no_problem(gateway))


async def has_no_problem(gateway: Gateway) -> bool:
    return not await has_problem(gateway)


async def test_a_subgraph_may_join_and_move(tmp_path: Path) -> None:
    file = tmp_path / "subgraphs.json"
    async with changing() as (_, old), changing() as (other, new):
        other.sdl = "type Query { y: Int }"
        write(file, json.dumps([{"name": "a", "url": old}]))
        async with running("--subgraphs", file) as gateway:
            await until(lambda: answers(gateway))
            write(file, json.dumps([{"name": "a", "url": old}, {"name": "b", "url": new}]))
            await until(has_y(gateway))
            assert set((await gateway.health())["subgraphs"]) == {"a", "b"}
