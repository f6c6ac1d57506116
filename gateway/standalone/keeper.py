"""Keeps the graph that is served current."""

import asyncio

import structlog

from gateway.federation import CompositionError, SupergraphError
from gateway.standalone.draft import Draft
from gateway.standalone.graphs import Graph, Graphs
from gateway.standalone.part import SourceError
from gateway.standalone.sources import NotHeardOf, Source

_log = structlog.get_logger(__name__)
_EACH_SECONDS = 1.0
_FIRST_SECONDS = 0.1
_NOT_UNDERSTOOD = (
    "The new graph could not be composed ({}), which is a fault of the gateway. The log has the "
    "whole story; please report it with the schemas."
)
NOT_A_GRAPH = (CompositionError, SupergraphError, SourceError)


class Keeper:
    """The graph that is served now, and what is wrong with the next one.

    There is none until every subgraph has been heard of; from then on there always is one.
    """

    def __init__(self, source: Source, graphs: Graphs) -> None:
        self._source = source
        self._graphs = graphs
        self._tried: Draft | None = None
        self._unreadable: str | None = None
        self._unfit: str | None = None
        self.graph: Graph | None = None
        self.waits_for: dict[str, str] = {}

    @property
    def problem(self) -> str | None:
        """Why the newest draft is not served."""
        return self._unreadable or self._unfit

    async def refresh(self) -> None:
        """Read the draft, and serve it if it is a new one.

        While nothing is served yet, what is no graph is raised (CompositionError,
        SupergraphError, SourceError); later it is told in `problem`.
        """
        try:
            draft = await self._source.read()
        except NotHeardOf as error:
            self.waits_for = error.why
            return
        except SourceError as error:
            if self.graph is None:
                raise
            self._unreadable = self._told(str(error))
            return
        self.waits_for = {}
        self._unreadable = None
        if draft == self._tried:
            return
        self._tried = draft
        try:
            graph = await asyncio.to_thread(self._graphs.make, draft)
        except (CompositionError, SupergraphError) as error:
            if self.graph is None:
                raise
            self._unfit = self._told(str(error))
            return
        except Exception as error:
            # A fault of ours, or a schema such as nobody thought of; what is served stays.
            if self.graph is None:
                raise SourceError(_NOT_UNDERSTOOD.format(type(error).__name__)) from error
            _log.exception("the graph could not be made")
            self._unfit = self._told(_NOT_UNDERSTOOD.format(type(error).__name__))
            return
        self._unfit = None
        self._graphs.serve(graph)
        if self.graph is not None:
            _log.info("a new graph is served", subgraphs=sorted(graph.parts))
        self.graph = graph

    async def run(self) -> None:
        """Refresh until cancelled. Raises what is no graph while nothing is served yet."""
        while True:
            await asyncio.sleep(_EACH_SECONDS if self.graph else _FIRST_SECONDS)
            try:
                await self.refresh()
            except NOT_A_GRAPH:
                raise
            except Exception:
                # A fault in composing must not end the keeping current.
                _log.exception("the graph could not be refreshed")

    def _told(self, problem: str) -> str:
        if problem != self.problem:
            _log.error("the graph stays as it was", why=problem)
        return problem
