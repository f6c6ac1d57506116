"""The fetches of an operation while its selections are placed."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.federation.graph import Jump
from gateway.federation.operations.selection import Deferral
from gateway.federation.planning.fetch import FetchNode, Template
from gateway.federation.planning.path import Path
from gateway.federation.planning.place import Place


class FetchPool:
    """Gives fetches to put selections into: an earlier one where that is possible.

    `deferral` is the fragment with `@defer` that is being placed.
    """

    def __init__(self) -> None:
        self.fetches: list[FetchNode] = []
        self.deferral: Deferral | None = None
        self._shared: dict[tuple[str, Path, str], list[FetchNode]] = {}

    def forget_shared(self) -> None:
        """Let no later selection join an earlier fetch, since mutations run in order."""
        self._shared.clear()

    def roots(self) -> Iterator[FetchNode]:
        """The fetches of the operation's root fields that more can be put into."""
        for (_, path, _), fetches in self._shared.items():
            for fetch in fetches:
                if not path and not fetch.is_entity and fetch.may_wait_for((), self.deferral):
                    yield fetch

    def fetch(
        self,
        jump: Jump,
        place: Place,
        dependencies: dict[FetchNode, None],
        apart: str,
        sent: tuple[str | None, Template | None],
    ) -> FetchNode:
        """A fetch at this place that may wait for the dependencies.

        `sent` is the representation that it needs, and for which type; what has another `apart`
        never shares a fetch.
        """
        shared = self._shared.setdefault((jump.subgraph, place.path, apart), [])
        for fetch in shared:
            if fetch.is_entity != (jump.key is not None):
                continue
            target, template = sent
            known = fetch.templates.get(target)
            if known is not None and template is not None and known.clashes(template):
                continue
            if fetch.may_wait_for(dependencies, self.deferral):
                fetch.wait_for(dependencies)
                return fetch
        fetch = FetchNode(
            len(self.fetches), jump.subgraph, place.path, jump.key is not None, place.position
        )
        fetch.deferral = self.deferral
        fetch.wait_for(dependencies)
        self.fetches.append(fetch)
        shared.append(fetch)
        return fetch
