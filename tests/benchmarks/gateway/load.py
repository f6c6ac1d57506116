"""The load: requests over kept connections, each answer compared with the right one."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import httptools
import orjson

from tests.benchmarks.gateway.graph import OPERATION, JsonObject

_BODY = orjson.dumps({"query": OPERATION, "operationName": "Deep", "variables": {}})


class WrongAnswer(Exception):
    """A gateway did not answer what a server without federation would have."""


@dataclass
class Judge:
    """Accepts answers that are equal to the expected one as JSON.

    Bytes that were accepted once are accepted again without being decoded.
    """

    expected: JsonObject
    known: set[bytes] = field(default_factory=set)

    def check(self, body: bytes) -> None:
        if body in self.known:
            return
        answer = orjson.loads(body)
        if answer != self.expected:
            raise WrongAnswer(body[:400].decode(errors="replace"))
        self.known.add(body)


async def run_load(port: int, concurrency: int, requests: int, judge: Judge) -> None:
    """Send that many requests to the gateway at the port, `concurrency` at a time."""
    loop = asyncio.get_running_loop()
    remaining = iter(range(requests))
    clients: list[_Client] = []
    for _ in range(concurrency):
        _, client = await loop.create_connection(
            lambda: _Client(lambda: next(remaining, None) is not None, judge), "127.0.0.1", port
        )
        clients.append(client)
    try:
        await asyncio.gather(*(client.finished for client in clients))
    finally:
        for client in clients:
            client.close()


class _Client(asyncio.Protocol):
    """Asks again as soon as it is answered, as long as there is more to ask."""

    def __init__(self, more: Callable[[], bool], judge: Judge) -> None:
        self._more = more
        self._judge = judge
        self._parts: list[bytes] = []
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        host, port = transport.get_extra_info("peername")
        self._request = (
            f"POST /graphql HTTP/1.1\r\nhost: {host}:{port}\r\naccept: application/json\r\n"
            f"content-type: application/json\r\ncontent-length: {len(_BODY)}\r\n\r\n"
        ).encode() + _BODY
        self._next()

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserCallbackError as error:
            self._fail(error.__context__ or error)
        except httptools.HttpParserError as error:
            self._fail(error)

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(exc or ConnectionError("the gateway closed the connection"))

    def on_body(self, part: bytes) -> None:
        self._parts.append(part)

    def on_message_complete(self) -> None:
        body = b"".join(self._parts)
        self._parts.clear()
        if self._parser.get_status_code() != 200:
            raise WrongAnswer(f"{self._parser.get_status_code()}: {body[:400]!r}")
        self._judge.check(body)
        self._next()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _next(self) -> None:
        assert self._transport is not None
        if self._more():
            self._transport.write(self._request)
        elif not self.finished.done():
            self.finished.set_result(None)

    def _fail(self, error: BaseException) -> None:
        if not self.finished.done():
            self.finished.set_exception(error)
