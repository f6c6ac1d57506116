"""Every field of the API schema must be reachable on every path that leads to its type."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from gateway.federation.errors import Problem
from gateway.federation.graph import QueryGraph, Site
from gateway.federation.operations.selection import Selections
from gateway.federation.supergraph.definitions import ROOT_NAMES
from gateway.federation.supergraph.model import Supergraph

_MAX_STATES = 100_000
_MAX_PROBLEMS = 20


def check_satisfiability(supergraph: Supergraph) -> Iterator[Problem]:
    """Problems for fields that some query could ask for, but no plan could fetch."""
    checker = _Checker(supergraph)
    for name in ROOT_NAMES.values():
        if name in supergraph.definitions.types:
            checker.enqueue(name, (), name)
    yield from checker.run()


class _Checker:
    def __init__(self, supergraph: Supergraph) -> None:
        self.supergraph = supergraph
        self.graph = QueryGraph(supergraph)
        self.seen: set[tuple[str, frozenset[Site]]] = set()
        self.queue: deque[tuple[str, tuple[Site, ...], str]] = deque()
        self.reported: set[str] = set()

    def enqueue(self, type_name: str, sites: tuple[Site, ...], path: str) -> None:
        reached = self.graph.closure(type_name, sites)
        state = (type_name, frozenset(reached))
        if state not in self.seen and len(self.seen) < _MAX_STATES:
            self.seen.add(state)
            self.queue.append((type_name, reached, path))

    def run(self) -> Iterator[Problem]:
        while self.queue and len(self.reported) < _MAX_PROBLEMS:
            type_name, sites, path = self.queue.popleft()
            if self.supergraph.kind(type_name).is_abstract:
                yield from self._expand(type_name, sites, path)
            else:
                yield from self._check_fields(type_name, sites, path)

    def _expand(self, type_name: str, sites: tuple[Site, ...], path: str) -> Iterator[Problem]:
        real = [site for site in sites if not self.graph.is_interface_object(site)]
        if not real and type_name not in self.reported:
            self.reported.add(type_name)
            yield Problem(
                "SATISFIABILITY_ERROR",
                f'At "{path}" the real type behind the interface object "{type_name}" cannot be '
                "found out: no subgraph that defines it as an interface can be reached. Give it "
                "a common @key.",
                (type_name,),
                tuple(sorted({site.subgraph for site in sites})),
            )
        names = dict.fromkeys(
            name for site in real for name in sorted(self.graph.runtime_types(site))
        )
        for name in names:
            narrowed = tuple(
                self.graph.narrowed(site, name)
                for site in sites
                if name in self.graph.runtime_types(site)
            )
            self.enqueue(name, narrowed, f"{path} ({name})")

    def _check_fields(
        self, type_name: str, sites: tuple[Site, ...], path: str
    ) -> Iterator[Problem]:
        for field in self.supergraph.definitions.types[type_name].fields.values():
            found = self.resolving(type_name, sites, field.name, frozenset())
            coordinate = f"{type_name}.{field.name}"
            if not found:
                if coordinate not in self.reported:
                    self.reported.add(coordinate)
                    yield self._unreachable(type_name, field.name, sites, path)
                continue
            children = tuple(dict.fromkeys(site for site in found if site.type))
            if self.supergraph.kind(field.type.name).is_composite:
                self.enqueue(field.type.name, children, f"{path}.{field.name}")

    def resolving(
        self, type_name: str, sites: tuple[Site, ...], field_name: str, stack: frozenset[str]
    ) -> list[Site]:
        """The sites of the field's value; for leaves, the sites that resolve it."""
        coordinate = f"{type_name}.{field_name}"
        if coordinate in stack:
            return []
        found: list[Site] = []
        for site in sites:
            resolution = self.graph.resolve(site, type_name, field_name)
            if resolution is None:
                continue
            if resolution.requires is not None and not self.obtainable(
                type_name, sites, resolution.requires.selections, stack | {coordinate}
            ):
                continue
            found.append(resolution.child or Site(site.subgraph, ""))
        return found

    def obtainable(
        self,
        type_name: str,
        sites: tuple[Site, ...],
        selections: Selections,
        stack: frozenset[str],
    ) -> bool:
        """Can a requirement be fetched, with requirements of its own where needed?"""
        for item in selections:
            if not item.applies_to(type_name) or item.name == "__typename":
                continue
            found = self.resolving(type_name, sites, item.name, stack)
            if not found:
                return False
            by_type: dict[str, list[Site]] = {}
            for site in found if item.children is not None else ():
                for name in self.graph.runtime_types(site):
                    by_type.setdefault(name, []).append(self.graph.narrowed(site, name))
            for name, narrowed in by_type.items():
                reached = self.graph.closure(name, narrowed)
                if not self.obtainable(name, reached, item.children or (), stack):
                    return False
        return True

    def _unreachable(
        self, type_name: str, field_name: str, sites: tuple[Site, ...], path: str
    ) -> Problem:
        owners = sorted(
            name
            for name, subgraph in self.supergraph.subgraphs.items()
            if (joined := subgraph.types.get(type_name)) is not None
            and (field := joined.fields.get(field_name)) is not None
            and not field.external
            and not field.overridden
        )
        where = ", ".join(owners) or "no subgraph"
        there = ", ".join(sorted({site.subgraph for site in sites})) or "none"
        return Problem(
            "SATISFIABILITY_ERROR",
            f'"{type_name}.{field_name}" cannot be fetched at "{path}": it is resolved by '
            f"{where}, while the path reaches {there}. Give {type_name} in {where} a resolvable "
            "@key whose fields the others have, or make the field @shareable and resolve it "
            "there, too.",
            (f"{type_name}.{field_name}",),
            tuple(owners),
        )
