"""Subgraphs in processes of their own."""

import asyncio

import orjson
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from gateway.edge.authentication.tokens import GATEWAY
from gateway.edge.transport import SubgraphUnavailable
from gateway.edge.transport.http import HttpLimits, HttpPool, HttpTransport
from gateway.edge.transport.resilient import ResilientTransport
from shared.graphql.app import subgraph_app
from shared.headers import TOKEN_HEADER
from tests.integration.accounts.service import Accounts
from tests.integration.edge.serving import closed_address, served

BODY = b'{"query": "{ __typename }"}'


async def refusal(transport: HttpTransport, headers: dict[str, str]) -> str:
    try:
        with pytest.raises(SubgraphUnavailable) as caught:
            await transport.send("accounts", BODY, headers)
    finally:
        await transport.close()
    return str(caught.value)


async def test_a_signed_request_is_answered(accounts: Accounts) -> None:
    async with served(subgraph_app(accounts.endpoint)) as url:
        transport = HttpTransport({"accounts": f"{url}/graphql"})
        answer = await transport.send(
            "accounts", BODY, {TOKEN_HEADER: accounts.signer.sign(GATEWAY)}
        )
        await transport.close()
    assert orjson.loads(answer) == {"data": {"__typename": "Query"}}


async def test_a_refused_token_is_no_answer(accounts: Accounts) -> None:
    async with served(subgraph_app(accounts.endpoint)) as url:
        why = await refusal(HttpTransport({"accounts": f"{url}/graphql"}), {})
    assert "refused the gateway's token" in why


async def test_a_subgraph_that_is_not_there_is_named() -> None:
    why = await refusal(HttpTransport({"accounts": closed_address()}), {})
    assert why.startswith("accounts: it cannot be reached")


async def test_a_subgraph_without_an_address_is_named() -> None:
    assert await refusal(HttpTransport({}), {}) == "accounts: it has no address"


async def test_a_subgraph_that_does_not_answer_in_time_is_given_up() -> None:
    asked = asyncio.Event()

    async def silent(request: Request) -> Response:
        asked.set()
        await request.is_disconnected()
        await asyncio.Event().wait()
        return Response()

    app = Starlette(routes=[Route("/", silent, methods=["POST"])])
    async with served(app) as url:
        why = await refusal(HttpTransport({"accounts": url}, timeout=1), {})
    assert asked.is_set()
    assert "in time" in why


class Hanging:
    """A server that hangs up on the first request that it reads, and answers the others."""

    def __init__(self) -> None:
        self.requests = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b'__typename }"}')
        self.requests += 1
        if self.requests > 1:
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n")
            writer.write(b"content-length: 2\r\n\r\n{}")
            await writer.drain()
        writer.close()


@pytest.mark.parametrize("repeatable", [True, False])
async def test_a_broken_connection_repeats_a_query_and_never_a_mutation(repeatable: bool) -> None:
    hanging = Hanging()
    server = await asyncio.start_server(hanging.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    transport = ResilientTransport(HttpTransport({"accounts": f"http://127.0.0.1:{port}/"}))
    async with server:
        if repeatable:
            assert await transport.send("accounts", BODY, {}, repeatable=True) == b"{}"
        else:
            with pytest.raises(SubgraphUnavailable):
                await transport.send("accounts", BODY, {})
        await transport.close()
    assert hanging.requests == (2 if repeatable else 1)


async def test_what_is_no_graphql_answer_is_no_answer() -> None:
    async def other(_: Request) -> Response:
        return PlainTextResponse("a proxy's page", 502)

    app = Starlette(routes=[Route("/", other, methods=["POST"])])
    async with served(app) as url:
        why = await refusal(HttpTransport({"accounts": url}), {})
    assert "answered 502" in why


async def answering(content: bytes, media_type: str, status: int, *, lenient: bool) -> str | bytes:
    async def answer(_: Request) -> Response:
        return Response(content, status, media_type=media_type)

    app = Starlette(routes=[Route("/", answer, methods=["POST"])])
    pool = HttpPool(HttpLimits(largest_answer=1024))
    async with served(app) as url:
        transport = HttpTransport({"accounts": url}, lenient=lenient, pool=pool)
        try:
            return await transport.send("accounts", BODY, {})
        except SubgraphUnavailable as error:
            return str(error)
        finally:
            await pool.close()


GRAPHQL = b'{"errors":[{"message":"no"}]}'


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 500, 502])
async def test_a_graphql_answer_is_read_whatever_its_status(status: int) -> None:
    lenient = status == 401  # to Partline's own gateway it says that its token is wrong
    assert await answering(GRAPHQL, "application/json", status, lenient=lenient) == GRAPHQL


async def test_json_that_is_not_graphql_is_no_answer_unless_the_status_says_so() -> None:
    why = await answering(b'{"detail":"gone"}', "application/json", 503, lenient=True)
    assert why == "accounts: it answered 503 as application/json"


async def test_the_wrong_media_type_is_forgiven_only_where_it_is_asked_for() -> None:
    assert await answering(GRAPHQL, "text/plain", 200, lenient=True) == GRAPHQL
    assert b"no" not in str(await answering(GRAPHQL, "text/plain", 200, lenient=False)).encode()
    why = await answering(b"<html>", "text/html", 200, lenient=True)
    assert why == "accounts: it answered 200 as text/html"


async def test_an_answer_above_the_limit_is_given_up() -> None:
    large = b'{"data":{"x":"' + b"x" * 2000 + b'"}}'
    why = await answering(large, "application/json", 200, lenient=True)
    assert why == "accounts: its answer is larger than 1 KB"
