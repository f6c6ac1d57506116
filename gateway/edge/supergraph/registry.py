"""The supergraph that is served, kept current while subgraphs come and go."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

import structlog

from gateway.edge.supergraph.sdl import SdlReader
from gateway.edge.transport import SubgraphUnavailable
from gateway.federation.errors import CompositionError

_log = structlog.get_logger(__name__)
Graph = TypeVar("Graph")


class Registry(Generic[Graph]):
    """The graph that is served now, and what is wrong with the next one.

    `build` turns the SDL of every subgraph (by name) into a graph, or raises
    `CompositionError`. Until every subgraph has been heard of once there is no graph; after
    that there always is one: a subgraph that is away keeps the schema it had, and schemas that
    do not compose leave the graph as it was.
    """

    def __init__(
        self,
        subgraphs: Sequence[str],
        reader: SdlReader,
        build: Callable[[Mapping[str, str]], Graph],
        *,
        poll_seconds: float = 5.0,
        first_seconds: float = 0.2,
    ) -> None:
        self._reader = reader
        self._build = build
        self._poll_seconds = poll_seconds
        self._first_seconds = first_seconds
        self._sdls: dict[str, str | None] = dict.fromkeys(subgraphs)
        self._tried: dict[str, str] = {}
        self.graph: Graph | None = None
        self.composition_error: str | None = None

    @property
    def missing(self) -> list[str]:
        """Subgraphs that have not been heard of yet."""
        return [name for name, sdl in self._sdls.items() if sdl is None]

    async def run(self) -> None:
        """Keep the graph current until cancelled: quickly until there is one, then calmly."""
        while True:
            try:
                await self.refresh()
            except Exception:
                # A fault in composing must not end the keeping current of everything else.
                _log.exception("the graph could not be refreshed")
            await asyncio.sleep(self._poll_seconds if self.graph else self._first_seconds)

    async def refresh(self) -> None:
        """Ask every subgraph for its schema once, and compose anew when one has changed."""
        await asyncio.gather(*(self._read(name) for name in self._sdls))
        sdls = {name: sdl for name, sdl in self._sdls.items() if sdl is not None}
        if len(sdls) < len(self._sdls) or sdls == self._tried:
            return
        self._tried = sdls
        try:
            self.graph = await asyncio.to_thread(self._build, sdls)
        except CompositionError as error:
            self.composition_error = str(error)
            _log.error("the subgraphs do not compose; the graph stays as it was", why=str(error))
            return
        self.composition_error = None
        _log.info("the graph is composed", subgraphs=sorted(sdls))

    async def _read(self, subgraph: str) -> None:
        try:
            self._sdls[subgraph] = await self._reader.read(subgraph)
        except SubgraphUnavailable as error:
            _log.debug("a subgraph's schema cannot be read", subgraph=subgraph, why=str(error))
