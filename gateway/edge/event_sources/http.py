"""Subscriptions at subgraphs that are reached over the network."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from email.message import Message
from typing import Literal

import aiohttp
import orjson

from gateway.edge.event_sources.base import LARGEST_EVENT, EventTooLarge, StreamBrokenOff
from gateway.edge.event_sources.parts import read_parts
from gateway.edge.event_sources.server_sent_events import read_events
from gateway.edge.event_sources.websocket import websocket_events
from gateway.edge.transport import SubgraphUnavailable

_ACCEPT = "text/event-stream, multipart/mixed;subscriptionSpec=1.0;q=0.9, application/json;q=0.5"
_CONNECT_SECONDS = 5.0
_JSON = ("application/json", "application/graphql-response+json")


@dataclass(frozen=True, slots=True)
class SubscriptionAddress:
    """Where a subgraph takes subscriptions, and how: `http` is graphql-sse or multipart, whichever
    it answers with; `ws` is graphql-transport-ws."""

    url: str
    protocol: Literal["http", "ws"] = "http"

    @classmethod
    def of(cls, url: str) -> "SubscriptionAddress":
        """By the scheme of the address."""
        return cls(url, "ws" if url.startswith(("ws://", "wss://")) else "http")


class HttpEventSource:
    """Subscribes with one aiohttp session; each subscription has a connection of its own."""

    def __init__(self, addresses: Mapping[str, SubscriptionAddress]) -> None:
        self._addresses = dict(addresses)
        self._session: aiohttp.ClientSession | None = None

    async def subscribe(
        self, subgraph: str, body: bytes, headers: Mapping[str, str]
    ) -> AsyncGenerator[bytes, None]:
        """As `EventSource.subscribe`."""
        address = self._addresses.get(subgraph)
        if address is None:
            raise SubgraphUnavailable(subgraph, "it has no address for subscriptions")
        start = websocket_events if address.protocol == "ws" else _http_events
        try:
            async with aclosing(
                start(self._opened(), subgraph, address.url, body, headers)
            ) as events:
                async for event in events:
                    yield event
        except TimeoutError as error:
            raise SubgraphUnavailable(subgraph, "it did not answer in time") from error
        except StreamBrokenOff as error:
            raise SubgraphUnavailable(subgraph, "its stream broke off") from error
        except aiohttp.ClientError as error:
            raise SubgraphUnavailable(subgraph, f"its stream broke off ({error})") from error
        except EventTooLarge as error:
            raise SubgraphUnavailable(subgraph, "it sent an event above 32 MB") from error

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _opened(self) -> aiohttp.ClientSession:
        # aiohttp binds a session to the running loop, so it is made on first use.
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=None, connect=_CONNECT_SECONDS),
                connector=aiohttp.TCPConnector(limit=0),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


async def _http_events(
    session: aiohttp.ClientSession,
    subgraph: str,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
) -> AsyncGenerator[bytes, None]:
    sent = {**headers, "content-type": "application/json", "accept": _ACCEPT}
    async with session.post(url, data=body, headers=sent, allow_redirects=False) as response:
        chunks = response.content.iter_any()
        if response.content_type in _JSON:
            answer = await response.content.read(LARGEST_EVENT + 1)
            if len(answer) > LARGEST_EVENT:
                raise EventTooLarge
            yield answer
        elif response.content_type == "text/event-stream":
            async for event in _sent_events(chunks):
                yield event
        elif response.content_type == "multipart/mixed":
            async for part in _payloads(subgraph, chunks, _boundary(response)):
                yield part
        else:
            raise SubgraphUnavailable(
                subgraph, f"it answered {response.status} as {response.content_type}"
            )


def _boundary(response: aiohttp.ClientResponse) -> str:
    message = Message()
    message["content-type"] = response.headers["content-type"]
    return str(message.get_param("boundary", "-"))


async def _sent_events(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for event in read_events(chunks):
        if event.name == "complete":
            return
        if event.name == "next":
            yield event.data
    raise StreamBrokenOff


async def _payloads(
    subgraph: str, chunks: AsyncIterator[bytes], boundary: str
) -> AsyncIterator[bytes]:
    async for part in read_parts(chunks, boundary):
        if not isinstance(part, dict):
            raise SubgraphUnavailable(subgraph, "it sent a part that is no JSON object")
        if part.get("payload") is not None:
            yield orjson.dumps(part["payload"])
        elif part.get("errors"):
            yield orjson.dumps({"data": None, "errors": part["errors"]})
