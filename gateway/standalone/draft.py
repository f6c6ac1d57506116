"""What a graph is made of."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.federation import Subgraph, Supergraph, compose, read_supergraph
from gateway.standalone.part import Part


@dataclass(frozen=True, slots=True)
class Draft:
    """A ready supergraph, or subgraphs to compose. Equal drafts make equal graphs."""

    supergraph: str | None = None
    parts: tuple[Part, ...] = ()

    def compose(self) -> Supergraph:
        """The supergraph. Raises SupergraphError or CompositionError."""
        if self.supergraph is not None:
            return read_supergraph(self.supergraph)
        return compose(Subgraph(part.name, part.sdl or "", part.url) for part in self.parts)

    def located(
        self,
        supergraph: Supergraph,
        addresses: Mapping[str, str],
        subscriptions: Mapping[str, str],
    ) -> dict[str, Part]:
        """Every subgraph of the supergraph with its addresses, which `addresses` and, for
        subscriptions, `subscriptions` may replace."""
        listed = {part.name: part for part in self.parts}
        located: dict[str, Part] = {}
        for name, subgraph in supergraph.subgraphs.items():
            part = listed.get(name) or Part(name, subgraph.url)
            url = addresses.get(name, part.url)
            events = subscriptions.get(name) or part.events or url
            located[name] = Part(name, url, None, part.headers, part.timeout, events)
        return located
