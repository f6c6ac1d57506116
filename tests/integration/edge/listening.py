"""A client who listens to a subscription."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

EVENTS = {"accept": "text/event-stream"}
LONGEST_SECONDS = 60


@dataclass
class Listener:
    """The events of a stream as they come, signs of life left out."""

    response: httpx.Response
    _lines: AsyncIterator[str]

    async def next(self) -> tuple[str, Any]:
        """The next event's name and data."""
        name, data = "", None
        async for line in self._lines:
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data:") and line != "data:":
                data = httpx.Response(200, text=line.removeprefix("data: ")).json()
            elif not line and name:
                return name, data
        raise AssertionError("the stream ended")

    async def rest(self) -> list[str]:
        """What comes until the stream ends."""
        return [line async for line in self._lines]


@asynccontextmanager
async def listening(
    url: str, query: str, *, method: str = "POST", **headers: str
) -> AsyncIterator[Listener]:
    """Subscribe at the gateway at `url` by Server-Sent Events."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {"params": {"query": query}} if method == "GET" else {"json": {"query": query}}
    async with (
        asyncio.timeout(LONGEST_SECONDS),
        httpx.AsyncClient(base_url=url, timeout=30) as client,
        client.stream(method, "/graphql", headers=EVENTS | named, **sent) as response,
    ):
        yield Listener(response, response.aiter_lines())
