"""A subgraph that says over its connection exactly what a test wants, byte by byte."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

SDL = "type Query { hello: String must: String! other: Int }"


@dataclass
class Received:
    """What the gateway sent: the first line of the request, its headers and the operation."""

    line: str
    headers: dict[str, str]
    query: str


@dataclass
class RawSubgraph:
    """Tells `sdl`, and answers everything else with what `say` makes of the request."""

    say: Callable[[Received], bytes]
    sdl: str = SDL
    received: list[Received] = field(default_factory=list)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            line, *lines = head.strip().split("\r\n")
            headers = {
                name.lower(): value for name, _, value in (one.partition(": ") for one in lines)
            }
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            query = json.loads(body)["query"] if body else ""
            one = Received(line, headers, query)
            if "_service" in query:
                writer.write(response(json.dumps({"data": {"_service": {"sdl": self.sdl}}})))
            else:
                self.received.append(one)
                writer.write(self.say(one))
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    @asynccontextmanager
    async def serving(self, host: str = "127.0.0.1") -> AsyncIterator[int]:
        """Listening on this address alone, for the length of the block; gives the port."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        server = await asyncio.start_server(self._talk, host, 0, family=family)
        async with server:
            yield int(server.sockets[0].getsockname()[1])


def response(body: str | bytes, *headers: str, status: str = "200 OK") -> bytes:
    """An HTTP response; the connection ends with it."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(content)}", "connection: close"]
    if not any(one.lower().startswith("content-type") for one in headers):
        lines.append("content-type: application/json")
    return "\r\n".join([*lines, *headers, "", ""]).encode() + content
