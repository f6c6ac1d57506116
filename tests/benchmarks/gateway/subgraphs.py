"""The four subgraphs in one process, each on a port of its own, as cheap as can be.

    python -m tests.benchmarks.gateway.subgraphs

Prints one line of JSON: the address of each subgraph. An answer is computed once for each
different request and looked up from then on, so that the gateways have the machine to themselves.
GET /count tells how many operations a subgraph has answered.
"""

import asyncio
import re
from typing import Any, cast

import httptools
import orjson
import uvloop
from graphql import GraphQLSchema, build_ast_schema, extend_schema, parse

from tests.benchmarks.gateway.graph import SDL, answer_of

_DIRECTIVE = re.compile(r"@\w+(\([^)]*\))?")
_ENTITY = re.compile(r"type (\w+) @key")


class Subgraph:
    """Answers operations, each different one once."""

    def __init__(self, sdl: str) -> None:
        self._schema = _executable(sdl)
        self._known: dict[bytes, bytes] = {}
        self.count = 0

    def answer(self, body: bytes) -> bytes:
        self.count += 1
        known = self._known.get(body)
        if known is None:
            request: dict[str, Any] = orjson.loads(body)
            answer = answer_of(self._schema, request["query"], request.get("variables") or {})
            known = self._known[body] = _response(answer)
        return known


class Connection(asyncio.Protocol):
    """One kept connection of a gateway."""

    def __init__(self, subgraph: Subgraph) -> None:
        self._subgraph = subgraph
        self._parser = httptools.HttpRequestParser(self)
        self._body = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, part: bytes) -> None:
        self._body += part

    def on_message_complete(self) -> None:
        assert self._transport is not None
        if self._parser.get_method() == b"GET":
            self._transport.write(_response({"count": self._subgraph.count}))
        else:
            self._transport.write(self._subgraph.answer(self._body))
        self._body = b""


def _executable(sdl: str) -> GraphQLSchema:
    text = _DIRECTIVE.sub("", sdl)
    if "type Query" not in text:
        text += " type Query { _service: String }"
    schema = build_ast_schema(parse(text))
    entities = " | ".join(_ENTITY.findall(sdl))
    federation = (
        f"scalar _Any union _Entity = {entities} "
        "extend type Query { _entities(representations: [_Any!]!): [_Entity]! }"
    )
    return extend_schema(schema, parse(federation))


def _response(value: object) -> bytes:
    body = orjson.dumps(value)
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    addresses: dict[str, str] = {}
    for name, sdl in SDL.items():
        subgraph = Subgraph(sdl)
        server = await loop.create_server(
            lambda subgraph=subgraph: Connection(subgraph), "127.0.0.1", 0
        )
        port = server.sockets[0].getsockname()[1]
        addresses[name] = f"http://127.0.0.1:{port}/graphql"
    print(orjson.dumps(addresses).decode(), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(_serve())
