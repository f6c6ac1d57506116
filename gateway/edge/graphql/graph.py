"""The composed graph, and how its fetches reach the subgraphs."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass

import structlog

from gateway.edge.event_sources import EventSource
from gateway.edge.transport import SubgraphUnavailable, Transport
from gateway.federation import Engine, FetchRequest, Limits, Subgraph, compose
from shared.headers import REQUEST_ID_HEADER, TOKEN_HEADER

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Asking:
    """On whose behalf subgraphs are asked: what every fetch carries, and all that it carries.

    `token` gives one that is good now: what a subscription fetches later needs a later one.
    """

    token: Callable[[], str]
    request_id: str

    @classmethod
    def headers(cls, context: object) -> dict[str, str]:
        """The headers of a fetch with this context."""
        assert isinstance(context, cls)
        return {TOKEN_HEADER: context.token(), REQUEST_ID_HEADER: context.request_id}


def composed_engine(
    transport: Transport, events: EventSource | None, limits: Limits, sdls: Mapping[str, str]
) -> Engine:
    """An engine on the subgraphs in `sdls` (by name), reached through `transport`.

    A subgraph that is away costs its own fields alone. Without `events` there are no
    subscriptions. Raises `CompositionError`.
    """
    supergraph = compose(Subgraph(name, sdl) for name, sdl in sorted(sdls.items()))
    return Engine(
        supergraph,
        _Fetches(transport),
        subscribe=None if events is None else _Subscriptions(events),
        limits=limits,
    )


class _Fetches:
    """The engine's way out: signed for whoever asks."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def __call__(self, subgraph: str, request: FetchRequest) -> bytes:
        headers = Asking.headers(request.context)
        try:
            return await self._transport.send(
                subgraph, request.body, headers, repeatable=request.is_query
            )
        except SubgraphUnavailable as error:
            tell = _log.warning if error.asked else _log.debug
            tell("a fetch failed", why=str(error))
            raise


class _Subscriptions:
    """The same for subscriptions."""

    def __init__(self, events: EventSource) -> None:
        self._events = events

    async def __call__(
        self, subgraph: str, request: FetchRequest
    ) -> AsyncGenerator[bytes | Mapping[str, object], None]:
        headers = Asking.headers(request.context)
        async with aclosing(self._events.subscribe(subgraph, request.body, headers)) as events:
            async for event in events:
                yield event
