"""Subgraphs as they are in the wild: what of their answers comes through the door."""

from __future__ import annotations

import gzip
import json
import socket
import zlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.conformance.hosting import Stage, staged
from tests.conformance.raw import RawSubgraph, Received, response

HELLO = '{"data": {"hello": "you"}}'
CHUNKS = b"".join(
    b"%x\r\n%s\r\n" % (len(part), part) for part in (b'{"data": {"he', b'llo": "you"}}')
)


@pytest_asyncio.fixture(scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with staged(tmp_path_factory.mktemp("doors")) as stage:
        yield stage


async def answered(
    stage: Stage, said: bytes, query: str = "{ hello }", name: str = "raw"
) -> dict[str, Any]:
    subgraph = RawSubgraph(lambda _: said)
    async with subgraph.serving() as port:
        await stage.open_subgraphs(name, {"a": f"http://127.0.0.1:{port}/graphql"})
        return await stage.ask(name, {"query": query})


@pytest.mark.parametrize(
    "said",
    [
        response(HELLO),
        response(HELLO, "content-type: application/json; charset=utf-8"),
        response(HELLO, "content-type: application/graphql-response+json"),
        response(HELLO, "content-type: text/html"),
        response(HELLO, status="202 Accepted"),
        response(HELLO, status="500 Oops"),
        response('{"data": {"hello": "you"}, "extensions": {"tracing": {}}, "more": 1}'),
        response('{"data": {"hello": "you", "surprise": [1]}}'),
        response('{"data": {"hello": "you"}, "errors": null}'),
        response('{"data": {"hello": "you"}, "errors": []}'),
        response('{"data": {"hello": "you"}, "errors": [], "extensions": null}'),
        response(b"\xef\xbb\xbf" + HELLO.encode()),
        response("\n\n " + HELLO + "\r\n"),
        response(gzip.compress(HELLO.encode()), "content-encoding: gzip"),
        response(zlib.compress(HELLO.encode()), "content-encoding: deflate"),
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
        + CHUNKS
        + b"0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n" + HELLO.encode(),
        b"HTTP/1.1 200 OK\r\n\r\n" + HELLO.encode(),
    ],
)
async def test_an_answer_is_read_however_it_is_wrapped(stage: Stage, said: bytes) -> None:
    assert await answered(stage, said) == {"data": {"hello": "you"}}


@pytest.mark.parametrize("status", ["200 OK", "400 Bad Request", "422 No", "500 Oops"])
@pytest.mark.parametrize(
    "body",
    [
        '{"errors": [{"message": "no"}]}',
        '{"errors": [{"message": "no"}], "data": null}',
        '{"errors": [{"message": "no", "path": ["hello"]}], "data": {"hello": null}}',
        '{"errors": [{"message": "no", "path": null, "locations": null, "extensions": null}]}',
        '{"errors": [{"message": "no", "path": ["hello"], "extensions": {"code": "NOT_FOUND"}}], '
        '"data": null}',
        '{"errors": [{}]}',
        '{"errors": ["no"]}',
        '{"errors": {"message": "no"}}',
        '{"errors": "no"}',
    ],
)
async def test_errors_without_data_are_nulls_with_errors(
    stage: Stage, body: str, status: str
) -> None:
    answer = await answered(stage, response(body, status=status))
    assert answer["data"] == {"hello": None}
    assert answer["errors"]
    answer = await answered(stage, response(body, status=status), "{ must }")
    assert answer["data"] is None
    assert answer["errors"]


@pytest.mark.parametrize(
    "said",
    [
        response('{"data": null}'),
        response("{}"),
        response("null"),
        response("[]"),
        response("gone", status="404 Not Found"),
        response("<html>", "content-type: text/html"),
        response("", status="204 No Content"),
        response(b"\x1f\x8bnothing", "content-encoding: gzip"),
        response(HELLO, "location: http://nowhere.invalid/", status="302 Found")[:40],
        b"HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n" + HELLO.encode(),
        b"SMTP ready\r\n",
        b"",
    ],
)
async def test_no_answer_is_a_null_with_an_error(stage: Stage, said: bytes) -> None:
    answer = await answered(stage, said)
    assert answer["data"] == {"hello": None}
    assert len(answer["errors"]) == 1


@pytest.mark.parametrize("status", ["307 Temporary Redirect", "308 Permanent Redirect"])
async def test_a_redirect_on_the_same_server_is_followed(stage: Stage, status: str) -> None:
    def say(received: Received) -> bytes:
        if received.line.startswith("POST /graphql "):
            return response("", "location: /graphql/", status=status)
        assert received.query
        return response(HELLO)

    subgraph = RawSubgraph(say)
    async with subgraph.serving() as port:
        await stage.open_subgraphs("moved", {"a": f"http://127.0.0.1:{port}/graphql"})
        assert await stage.ask("moved", {"query": "{ hello }"}) == {"data": {"hello": "you"}}
    assert [one.line for one in subgraph.received] == [
        "POST /graphql HTTP/1.1",
        "POST /graphql/ HTTP/1.1",
    ]


async def test_a_redirect_in_circles_is_given_up(stage: Stage) -> None:
    answer = await answered(
        stage, response("", "location: /graphql", status="307 Temporary Redirect")
    )
    assert answer["data"] == {"hello": None}


async def test_a_redirect_to_another_server_is_not_followed(stage: Stage) -> None:
    elsewhere = RawSubgraph(lambda _: response(HELLO))
    async with elsewhere.serving() as port:
        to = f"location: http://127.0.0.1:{port}/graphql"
        answer = await answered(stage, response("", to, status="307 Temporary Redirect"))
    assert answer["data"] == {"hello": None}
    assert elsewhere.received == []


async def test_localhost_is_every_address_that_it_has(stage: Stage) -> None:
    known = {str(one[4][0]) for one in socket.getaddrinfo("localhost", 80)}
    assert "127.0.0.1" in known
    subgraph = RawSubgraph(lambda _: response(HELLO))
    for number, listens in enumerate(known):
        async with subgraph.serving(listens) as port:
            door = f"local{number}"
            await stage.open_subgraphs(door, {"a": f"http://localhost:{port}/graphql"})
            assert await stage.ask(door, {"query": "{ hello }"}) == {"data": {"hello": "you"}}


async def test_an_address_may_have_a_path_parameters_and_a_password(stage: Stage) -> None:
    subgraph = RawSubgraph(lambda _: response(HELLO))
    async with subgraph.serving() as port:
        url = f"http://ann:s%3Acret@127.0.0.1:{port}/a%20b/gr%C3%A4ph/?key=x%2By&z=1#part"
        await stage.open_subgraphs("address", {"a": url})
        assert await stage.ask("address", {"query": "{ hello }"}) == {"data": {"hello": "you"}}
    (received,) = subgraph.received
    assert received.line == "POST /a%20b/gr%C3%A4ph/?key=x%2By&z=1 HTTP/1.1"
    assert received.headers["authorization"] == "Basic YW5uOnM6Y3JldA=="


@pytest.mark.parametrize("value", ["{not json", '"text"'])
async def test_text_that_looks_like_json_stays_a_text(stage: Stage, value: str) -> None:
    answer = await answered(stage, response(json.dumps({"data": {"hello": value}})))
    assert answer == {"data": {"hello": value}}
