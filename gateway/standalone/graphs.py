"""Makes graphs that can be asked, one after the other, on the same connections."""

from dataclasses import dataclass, replace

import structlog

from gateway.edge.event_sources import HttpEventSource, SubscriptionAddress
from gateway.edge.transport.circuit import Circuit
from gateway.edge.transport.http import HttpPool, HttpTransport
from gateway.edge.transport.patience import Patiences
from gateway.edge.transport.resilient import ResilientTransport
from gateway.federation import Engine
from gateway.standalone.draft import Draft
from gateway.standalone.fetches import Fetches, Subscriptions
from gateway.standalone.part import Part
from gateway.standalone.settings import StandaloneSettings

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph with the subgraphs behind it."""

    engine: Engine
    transport: ResilientTransport
    parts: dict[str, Part]


class Graphs:
    """Makes graphs from drafts.

    Connections, and what is known of failing subgraphs, outlive a graph; requests that one began
    are finished by it.
    """

    def __init__(self, settings: StandaloneSettings, pool: HttpPool) -> None:
        self._settings = settings
        self._pool = pool
        self._circuits: dict[str, Circuit] = {}
        self._urls: dict[str, str] = {}
        self._events: dict[tuple[tuple[str, str], ...], HttpEventSource] = {}

    def make(self, draft: Draft) -> Graph:
        """The graph of a draft. Raises CompositionError or SupergraphError."""
        supergraph = draft.compose()
        parts = draft.located(
            supergraph, self._settings.addresses, self._settings.subscription_addresses
        )
        patiences = self._patiences(parts)
        transport = ResilientTransport(
            HttpTransport(
                {name: part.url for name, part in parts.items()},
                timeout=None,
                lenient=True,
                pool=self._pool,
            ),
            patiences,
            circuits=self._circuits,
        )
        engine = Engine(
            supergraph,
            Fetches(transport, parts),
            subscribe=Subscriptions(self._event_source(parts), parts),
            limits=self._settings.limits,
            override_labels=self._settings.override_labels,
        )
        return Graph(engine, transport, parts)

    def serve(self, graph: Graph) -> None:
        """Forget what is known of subgraphs that have moved or gone; warn of those without an
        address, and of addresses without a subgraph."""
        urls = {name: part.url for name, part in graph.parts.items()}
        for name, url in self._urls.items():
            if urls.get(name) != url:
                self._circuits.pop(name, None)
        self._urls = urls
        given = self._settings.addresses.keys() | self._settings.subscription_addresses.keys()
        if unknown := sorted(given - urls.keys()):
            _log.warning(
                "addresses are given for subgraphs that are not there",
                names=unknown,
                there_are=sorted(urls),
            )
        if silent := sorted(name for name, url in urls.items() if not url):
            _log.warning("subgraphs have no address; give it with --subgraph-url", names=silent)

    async def close(self) -> None:
        """Close the connections of subscriptions."""
        for events in self._events.values():
            await events.close()

    def _patiences(self, parts: dict[str, Part]) -> Patiences:
        usual = self._settings.patience
        return Patiences(
            usual,
            {
                name: replace(usual, deadline=part.timeout)
                for name, part in parts.items()
                if part.timeout is not None
            },
        )

    def _event_source(self, parts: dict[str, Part]) -> HttpEventSource:
        addresses = tuple(sorted((name, part.events) for name, part in parts.items()))
        found = self._events.get(addresses)
        if found is None:
            found = self._events[addresses] = HttpEventSource(
                {name: SubscriptionAddress.of(url) for name, url in addresses if url}
            )
        return found
