"""The pages over real HTTP, on both sides of the proxy."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from gateway.edge.pages.forwarded import request_headers
from gateway.edge.pages.proxied import ProxiedPages
from gateway.edge.pages.upstream import PagesUnavailable
from tests.integration.edge.serving import closed_address, served


class Upstream:
    """Stands for any web application behind the gateway."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        methods = ["GET", "POST"]
        self.app = Starlette(
            routes=[
                Route("/health", self.health),
                Route("/stream", self.stream),
                Route("/digest", self.digest, methods=["POST"]),
                Route("/moved", self.moved),
                Route("/packed", self.packed),
                Route("/{path:path}", self.echo, methods=methods),
            ]
        )

    async def health(self, _: Request) -> Response:
        return JSONResponse({})

    async def echo(self, request: Request) -> Response:
        raw = request.scope["raw_path"].decode()
        return JSONResponse(
            {"raw": raw, "query": request.url.query, "headers": dict(request.headers)}
        )

    async def stream(self, _: Request) -> Response:
        async def parts() -> AsyncIterator[bytes]:
            yield b"first"
            await self.go_on.wait()
            yield b"second"

        return StreamingResponse(parts())

    async def digest(self, request: Request) -> Response:
        whole = hashlib.sha256()
        async for chunk in request.stream():
            whole.update(chunk)
        return Response(whole.hexdigest())

    async def moved(self, _: Request) -> Response:
        answer = RedirectResponse("/elsewhere", 303)
        answer.set_cookie("a", "1")
        answer.set_cookie("b", "2")
        return answer

    async def packed(self, _: Request) -> Response:
        return Response(b"not really gzip", headers={"content-encoding": "gzip"})


@asynccontextmanager
async def proxied(upstream: Upstream) -> AsyncIterator[httpx.AsyncClient]:
    async with served(upstream.app) as url:
        pages = ProxiedPages(url)

        async def front_door(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                scope = {**scope, "headers": request_headers(scope["headers"], {})}
                await pages(scope, receive, send)

        async with (
            pages.serving(),
            served(front_door) as front,
            httpx.AsyncClient(base_url=front, timeout=20) as client,
        ):
            yield client


async def test_path_and_query_arrive_as_they_were_sent() -> None:
    async with proxied(Upstream()) as client:
        answer = (await client.get("/a%2Fb/c%20d?x=1&x=%2B&y")).json()
    assert answer["raw"] == "/a%2Fb/c%20d"
    assert answer["query"] == "x=1&x=%2B&y"


async def test_nothing_is_added_to_what_the_browser_asked_for() -> None:
    async with proxied(Upstream()) as client:
        del client.headers["accept-encoding"], client.headers["user-agent"]
        headers = (await client.get("/x", headers={"accept": "text/html"})).json()["headers"]
    assert headers["accept"] == "text/html"
    assert "accept-encoding" not in headers
    assert "user-agent" not in headers


async def test_the_beginning_of_a_long_answer_comes_before_its_end() -> None:
    upstream = Upstream()
    async with proxied(upstream) as client, client.stream("GET", "/stream") as answer:
        parts = answer.aiter_raw()
        assert await anext(parts) == b"first"
        upstream.go_on.set()
        assert b"".join([part async for part in parts]) == b"second"


async def test_a_large_body_goes_through_piece_by_piece() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for number in range(200):
            yield bytes([number]) * 40_000

    whole = hashlib.sha256(b"".join([piece async for piece in pieces()])).hexdigest()
    async with proxied(Upstream()) as client:
        answer = await client.post("/digest", content=pieces())
    assert answer.text == whole


async def test_redirects_and_all_cookies_are_the_browsers_to_follow() -> None:
    async with proxied(Upstream()) as client:
        answer = await client.get("/moved")
    assert (answer.status_code, answer.headers["location"]) == (303, "/elsewhere")
    assert [cookie.split(";")[0] for cookie in answer.headers.get_list("set-cookie")] == [
        "a=1",
        "b=2",
    ]


async def test_packed_answers_stay_packed() -> None:
    async with proxied(Upstream()) as client, client.stream("GET", "/packed") as answer:
        assert b"".join([part async for part in answer.aiter_raw()]) == b"not really gzip"


async def test_pages_that_are_down_are_told_from_pages_that_fail() -> None:
    pages = ProxiedPages(closed_address())
    async with pages.serving():
        assert not await pages.healthy()
        with pytest.raises(PagesUnavailable):
            await pages(_request_for("/"), _nothing, _never)


async def test_pages_that_answer_are_healthy() -> None:
    async with served(Upstream().app) as url:
        pages = ProxiedPages(url)
        async with pages.serving():
            assert await pages.healthy()
        assert not await pages.healthy()


def _request_for(path: str) -> dict[str, object]:
    return {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
        "server": ("test", 80),
    }


async def _nothing() -> dict[str, object]:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _never(message: object) -> None:
    raise AssertionError(f"nothing should be answered: {message}")
