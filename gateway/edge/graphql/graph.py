"""The composed graph, and how its fetches reach the subgraphs."""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from gateway.edge.transport import SubgraphUnavailable, Transport
from gateway.federation import Engine, Subgraph, compose
from gateway.federation.execution.request import FetchRequest
from gateway.federation.operations.limits import Limits
from shared.headers import REQUEST_ID_HEADER, TOKEN_HEADER

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Asking:
    """On whose behalf subgraphs are asked: what every fetch carries, and all that it carries."""

    token: str
    request_id: str


def composed_engine(transport: Transport, limits: Limits, sdls: Mapping[str, str]) -> Engine:
    """An engine on the subgraphs in `sdls` (by name), reached through `transport`.

    A subgraph that is away costs its own fields alone. Raises `CompositionError`.
    """
    supergraph = compose(Subgraph(name, sdl) for name, sdl in sorted(sdls.items()))
    return Engine(supergraph, _Fetches(transport), limits=limits)


class _Fetches:
    """The engine's way out: signed for whoever asks."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def __call__(self, subgraph: str, request: FetchRequest) -> bytes:
        asking = request.context
        assert isinstance(asking, Asking)
        headers = {TOKEN_HEADER: asking.token, REQUEST_ID_HEADER: asking.request_id}
        try:
            return await self._transport.send(
                subgraph, request.body, headers, repeatable=request.is_query
            )
        except SubgraphUnavailable as error:
            _log.warning("a fetch failed", why=str(error))
            raise
