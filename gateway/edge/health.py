"""Whether everything behind the door answers."""

import asyncio
import time
from collections.abc import Callable, Sequence

import orjson

from gateway.edge.authentication.tokens import GATEWAY, Tokens
from gateway.edge.pages.upstream import Pages
from gateway.edge.supergraph.registry import Registry
from gateway.edge.transport import SubgraphUnavailable, Transport
from gateway.edge.transport.circuit import Circuit, State
from gateway.federation import Engine
from shared.headers import TOKEN_HEADER

_PING = orjson.dumps({"query": "{ __typename }"})
_PATIENCE_SECONDS = 2.0
_KEPT_SECONDS = 0.5


class Health:
    """What of Partline answers at this moment, asked at most twice a second.

    Pings go out by `transport` itself; `circuit` says which subgraphs fetches leave alone.
    """

    def __init__(
        self,
        subgraphs: Sequence[str],
        transport: Transport,
        circuit: Callable[[str], Circuit],
        *,
        tokens: Tokens,
        registry: Registry[Engine],
        pages: Pages | None,
    ) -> None:
        self._subgraphs = subgraphs
        self._transport = transport
        self._circuit = circuit
        self._tokens = tokens
        self._registry = registry
        self._pages = pages
        self._turn = asyncio.Lock()
        self._report: tuple[float, bool, dict[str, object]] | None = None

    @property
    def ready(self) -> bool:
        """True when this gateway has a graph and can answer."""
        return self._registry.graph is not None

    async def report(self) -> tuple[bool, dict[str, object]]:
        """Whether everything answers, and the answer of each."""
        async with self._turn:
            if self._report is None or time.monotonic() - self._report[0] > _KEPT_SECONDS:
                healthy, report = await self._ask()
                self._report = (time.monotonic(), healthy, report)
            return self._report[1:]

    async def _ask(self) -> tuple[bool, dict[str, object]]:
        pings = await asyncio.gather(*(self._ping(name) for name in self._subgraphs))
        subgraphs = dict(zip(self._subgraphs, pings, strict=True))
        pages = self._pages is None or await self._pages.healthy()
        healthy = self.ready and pages and all(subgraphs.values())
        left_alone = [
            name for name in self._subgraphs if self._circuit(name).state is not State.CLOSED
        ]
        return healthy, {
            "status": "ok" if healthy else "incomplete",
            "graph": self._graph(),
            "subgraphs": {name: "ok" if up else "away" for name, up in subgraphs.items()},
            "pages": "ok" if pages else "away",
            **({"left_alone": left_alone} if left_alone else {}),
        }

    def _graph(self) -> str:
        if self._registry.composition_error is not None:
            kept = "; the graph before it is served" if self.ready else ""
            return f"does not compose{kept}: {self._registry.composition_error}"
        if self.ready:
            return "ok"
        return f"waits for {', '.join(self._registry.missing) or 'composition'}"

    async def _ping(self, subgraph: str) -> bool:
        headers = {TOKEN_HEADER: self._tokens.token_for(GATEWAY)}
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._transport.send(subgraph, _PING, headers, repeatable=True)
                return await self._transport.healthy(subgraph)
        except (SubgraphUnavailable, TimeoutError):
            return False
