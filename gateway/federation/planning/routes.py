"""The jumps that lead from where a value is known to other subgraphs."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.federation.graph import Jump, QueryGraph, Site
from gateway.federation.operations.selection import Selections

Route = tuple[tuple[Jump, ...], int]
"""Jumps in order, and how many of them come one after the other."""


class Routes:
    """Finds the way to sites of one type."""

    def __init__(self, graph: QueryGraph) -> None:
        self._graph = graph
        self._known: dict[tuple[str, tuple[Site, ...], tuple[Site, ...]], Route] = {}

    def route(self, type_name: str, sites: tuple[Site, ...], wanted: tuple[Site, ...]) -> Route:
        """The jumps that open the wanted sites, through others where no key leads directly."""
        memo = (type_name, sites, wanted)
        found = self._known.get(memo)
        if found is None:
            found = self._known[memo] = self._find(type_name, sites, wanted)
        return found

    def _find(self, type_name: str, sites: tuple[Site, ...], wanted: tuple[Site, ...]) -> Route:
        opened = list(sites)
        jumps: list[Jump] = []
        depth = 0
        pending = list(wanted)
        while pending:
            layer = [jump for site in pending if (jump := self.jump_to(type_name, opened, site))]
            if not layer:
                layer = [
                    jump
                    for site in self._graph.closure(type_name, sites)
                    if site not in opened and (jump := self.jump_to(type_name, opened, site))
                ]
                if not layer:
                    break
            depth += 1
            jumps += layer
            opened += [jump.site for jump in layer]
            pending = [site for site in pending if site not in opened]
        return self._pruned(type_name, sites, jumps, wanted), depth

    def jump_to(self, type_name: str, opened: Sequence[Site], site: Site) -> Jump | None:
        """The jump into a site with the smallest key that is at hand."""
        usable = [
            jump
            for jump in self._graph.jumps(type_name)
            if jump.site == site
            and (
                jump.key is None
                or self._graph.covers(type_name, opened, jump.key.fields.selections)
            )
        ]
        return min(usable, key=_key_size, default=None)

    def best_jump(self, type_name: str, opened: tuple[Site, ...], site: Site) -> Jump | None:
        """The jump into a site, by a key that is at hand or else one that can be fetched."""
        reached = self._graph.closure(type_name, opened)
        return self.jump_to(type_name, opened, site) or self.jump_to(type_name, reached, site)

    def _pruned(
        self,
        type_name: str,
        sites: tuple[Site, ...],
        route: list[Jump],
        wanted: Sequence[Site],
    ) -> tuple[Jump, ...]:
        kept = list(route)
        for jump in reversed(route):
            if jump.site in wanted:
                continue
            others = [other for other in kept if other is not jump]
            opened = list(sites)
            for other in others:
                if self.jump_to(type_name, opened, other.site) is None:
                    break
                opened.append(other.site)
            else:
                kept = others
        return tuple(kept)


def _key_size(jump: Jump) -> int:
    return _size(jump.key.fields.selections) if jump.key else 0


def _size(selections: Selections) -> int:
    return sum(1 + _size(item.children or ()) for item in selections)
