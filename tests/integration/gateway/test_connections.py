"""Clients that take a connection and do not use it, or send a head without end, are cut off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from structlog.testing import capture_logs

from gateway.edge.connection import Connection
from gateway.edge.failures import Failures
from gateway.edge.request_id import RequestIds

MEGABYTES = 64 * 1024 * 1024


class Impatient(Connection):
    idle_seconds = 0.2


async def _ok(_: Request) -> Response:
    return PlainTextResponse("ok")


async def _reads(request: Request) -> Response:
    return PlainTextResponse(await request.body())


async def _slow(_: Request) -> Response:
    await asyncio.sleep(Impatient.idle_seconds * 3)
    return PlainTextResponse("slow")


async def _large(_: Request) -> Response:
    return PlainTextResponse(b"x" * MEGABYTES)


@asynccontextmanager
async def served(
    connection: type[Connection] = Impatient, grace: int = 1
) -> AsyncIterator[tuple[uvicorn.Server, int]]:
    app = Starlette(
        routes=[
            Route("/", _ok, methods=["GET", "POST"]),
            Route("/slow", _slow),
            Route("/large", _large),
            Route("/reads", _reads, methods=["POST"]),
        ],
        middleware=[Middleware(RequestIds), Middleware(Failures)],
    )
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            port=0,
            http=connection,
            log_config=None,
            lifespan="off",
            timeout_graceful_shutdown=grace,
        )
    )
    task = asyncio.create_task(server.serve())
    while not server.started:
        assert not task.done(), task
        await asyncio.sleep(0.005)
    try:
        yield server, server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await task


async def said_to(port: int, *sent: bytes) -> bytes:
    """All that the server says until it ends the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(20):
            for one in sent:
                writer.write(one)
            return await reader.read()
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: ",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf of the bo",
    ],
    ids=["silence", "half a head", "half a body that nobody reads"],
)
async def test_who_does_not_go_on_asking_is_cut_off(sent: bytes) -> None:
    async with served() as (server, port):
        await said_to(port, sent)
        assert not server.server_state.connections


async def pour(port: int, begin: bytes, more: bytes, pause: float = 0) -> int:
    """Send without end until the server ends the connection; how much was sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(begin)
    gone = asyncio.create_task(reader.read())
    sent = 0
    async with asyncio.timeout(20):
        while not gone.done() and sent < MEGABYTES:
            writer.write(more)
            sent += len(more)
            with suppress(ConnectionError):
                await writer.drain()
            await asyncio.sleep(pause)
    await asyncio.gather(gone, return_exceptions=True)
    writer.close()
    return sent


async def test_a_head_that_comes_drop_by_drop_is_cut_off() -> None:
    async with served() as (server, port):
        await pour(port, b"GET / HTTP/1.1\r\nx-slow: ", b"y", 0.01)
        assert not server.server_state.connections


@pytest.mark.parametrize(
    "endless",
    [b"x-more: yes\r\n" * 1000, b"y" * 10_000],
    ids=["many headers", "one header"],
)
@pytest.mark.parametrize(
    "begin",
    [
        b"GET / HTTP/1.1\r\nhost: x\r\nx-a: ",
        b"POST /slow HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\nx-b: ",
    ],
    ids=["head", "trailer"],
)
async def test_a_head_without_end_is_refused(begin: bytes, endless: bytes) -> None:
    async with served(Connection) as (_, port):
        assert await pour(port, begin, endless) < MEGABYTES


async def test_who_takes_nothing_of_an_answer_is_cut_off() -> None:
    async with served() as (server, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n")
        await reader.readline()
        async with asyncio.timeout(20):
            while server.server_state.connections:  # noqa: ASYNC110 — there is no event for it
                await asyncio.sleep(0.01)
        writer.close()


async def test_who_waits_for_a_slow_answer_or_takes_one_slowly_is_not() -> None:
    ask = b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
    async with served() as (_, port):
        assert (await said_to(port, b"GET /slow" + ask)).endswith(b"slow")
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /large" + ask)
        taken = 0
        while chunk := await reader.read(1024 * 1024):
            taken += len(chunk)
            await asyncio.sleep(0.01)
        assert taken > MEGABYTES
        writer.close()


async def half_a_request(
    server: uvicorn.Server, port: int
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A request of which the gateway waits for the rest."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /reads HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhalf")
    while not server.server_state.tasks:  # noqa: ASYNC110 — there is no event for it
        await asyncio.sleep(0.005)
    return reader, writer


async def test_a_request_that_is_not_whole_does_not_hold_up_a_shutdown() -> None:
    async with asyncio.timeout(20), served(grace=60) as (server, port):
        reader, writer = await half_a_request(server, port)
        server.should_exit = True
        with suppress(ConnectionError):
            assert await reader.read() == b""
        writer.close()


async def test_a_client_that_leaves_within_its_request_is_no_fault_of_ours() -> None:
    with capture_logs() as lines:
        await leave_within_a_request()
    assert not [line for line in lines if line["log_level"] != "debug"]


async def leave_within_a_request() -> None:
    async with asyncio.timeout(20), served() as (server, port):
        _, writer = await half_a_request(server, port)
        writer.close()
        while server.server_state.tasks:  # noqa: ASYNC110 — there is no event for it
            await asyncio.sleep(0.005)


async def test_requests_that_come_together_or_one_after_the_other_are_answered() -> None:
    assert Connection.most_head < 1_000_000
    one = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n" + b"x" * 1_000_000
    last = b"GET /slow HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
    async with served() as (_, port):
        assert (await said_to(port, one * 5 + last)).count(b" 200 OK") == 6
