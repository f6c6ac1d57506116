"""How the engine reaches the subgraphs."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass

import structlog

from gateway.edge.event_sources import EventSource
from gateway.edge.transport import SubgraphUnavailable, Transport
from gateway.federation import FetchRequest
from gateway.standalone.part import Part
from shared.headers import REQUEST_ID_HEADER

OF_THE_CONNECTION = frozenset(
    {
        *("host", "connection", "keep-alive", "upgrade", "te", "trailer", "transfer-encoding"),
        *("content-length", "content-type", "content-encoding", "accept", "accept-encoding"),
        *("proxy-authenticate", "proxy-authorization", "expect"),
    }
)
"""Headers that describe one connection or one body, and mean nothing on another."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Asking:
    """What of a client's request goes on to the subgraphs."""

    request_id: str
    forwarded: tuple[tuple[str, str], ...] = ()

    def headers(self, own: Mapping[str, str]) -> dict[str, str]:
        """The headers of a fetch from a subgraph that gets some of its own."""
        return {**dict(self.forwarded), REQUEST_ID_HEADER: self.request_id, **own}


class Fetches:
    """The engine's fetches: the client's headers that are passed on, and each subgraph's own."""

    def __init__(self, transport: Transport, parts: Mapping[str, Part]) -> None:
        self._transport = transport
        self._own = {name: dict(part.headers) for name, part in parts.items()}

    async def __call__(self, subgraph: str, request: FetchRequest) -> bytes:
        asking = request.context
        assert isinstance(asking, Asking)
        headers = asking.headers(self._own[subgraph])
        try:
            return await self._transport.send(
                subgraph, request.body, headers, repeatable=request.is_query
            )
        except SubgraphUnavailable as error:
            tell = _log.warning if error.asked else _log.debug
            tell("a fetch failed", subgraph=subgraph, why=str(error))
            raise


class Subscriptions:
    """The same for subscriptions."""

    def __init__(self, events: EventSource, parts: Mapping[str, Part]) -> None:
        self._events = events
        self._own = {name: dict(part.headers) for name, part in parts.items()}

    async def __call__(self, subgraph: str, request: FetchRequest) -> AsyncGenerator[bytes, None]:
        asking = request.context
        assert isinstance(asking, Asking)
        headers = asking.headers(self._own[subgraph])
        try:
            async with aclosing(self._events.subscribe(subgraph, request.body, headers)) as events:
                async for event in events:
                    yield event
        except SubgraphUnavailable as error:
            _log.warning("a subscription failed", subgraph=subgraph, why=str(error))
            raise
