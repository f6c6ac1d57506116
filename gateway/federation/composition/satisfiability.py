"""Every field of the API schema must be reachable on every path that leads to its type."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.federation.errors import Problem
from gateway.federation.graph import QueryGraph, Site
from gateway.federation.graph.override_labels import OverrideLabels
from gateway.federation.operations.selection import Selections
from gateway.federation.supergraph.definitions import ROOT_NAMES
from gateway.federation.supergraph.model import Supergraph

MAX_EFFORT = 400_000
"""How often a field is looked up before the search is given up."""
_MAX_PROBLEMS = 20
_MAX_LABELS = 8
_NO_CONTEXTS: frozenset[str] = frozenset()


def check_satisfiability(
    supergraph: Supergraph, *, max_effort: int = MAX_EFFORT
) -> Iterator[Problem]:
    """Problems for fields that some query could ask for, but no plan could fetch.

    Whatever labels of overrides hold, it must be so: none, all, and each by itself or missing.
    """
    reported: set[str] = set()
    for labels in _label_sets(supergraph):
        checker = _Checker(supergraph, labels, reported, max_effort)
        for name in ROOT_NAMES.values():
            if name in supergraph.definitions.types:
                checker.enqueue(_State(name, (), name))
        yield from checker.run()


def _label_sets(supergraph: Supergraph) -> list[frozenset[str]]:
    every = OverrideLabels(supergraph).every
    found = [frozenset[str](), every]
    if len(every) <= _MAX_LABELS:
        for label in sorted(every):
            found += [frozenset({label}), every - {label}]
    return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _State:
    """A place that queries can reach. `above` are the contexts that were set on the way, `own`
    those that this value sets for what is below it."""

    type: str
    sites: tuple[Site, ...]
    path: str
    above: frozenset[str] = _NO_CONTEXTS
    own: frozenset[str] = _NO_CONTEXTS

    @property
    def key(self) -> object:
        return self.type, frozenset(self.sites), self.above, self.own


class _TooMuchEffortError(Exception):
    """The search was given up."""


class _Checker:
    def __init__(
        self,
        supergraph: Supergraph,
        labels: frozenset[str],
        reported: set[str],
        max_effort: int,
    ) -> None:
        self.supergraph = supergraph
        self.graph = QueryGraph(supergraph, labels)
        self.labels = labels
        self.effort = max_effort
        self.seen: set[object] = set()
        self.queue: deque[_State] = deque()
        self.reported = reported
        self.contexts = self._contexts()
        self.resolved: dict[object, list[Site]] = {}
        self.circles = 0

    def _contexts(self) -> dict[str, frozenset[str]]:
        """The contexts that a value of each type sets, by its interfaces, too."""
        own: dict[str, set[str]] = {}
        for subgraph in self.supergraph.subgraphs.values():
            for joined in subgraph.types.values():
                own.setdefault(joined.name, set()).update(joined.contexts)
        return {
            name: frozenset(own.get(name, set()).union(*(own.get(i, ()) for i in one.interfaces)))
            for name, one in self.supergraph.definitions.types.items()
        }

    def enqueue(self, state: _State) -> None:
        reached = self.graph.closure(state.type, state.sites)
        own = state.own | self.contexts.get(state.type, _NO_CONTEXTS)
        state = _State(state.type, reached, state.path, state.above, own)
        if state.key not in self.seen:
            self.seen.add(state.key)
            self.queue.append(state)

    def run(self) -> Iterator[Problem]:
        try:
            while self.queue and len(self.reported) < _MAX_PROBLEMS:
                state = self.queue.popleft()
                if self.supergraph.kind(state.type).is_abstract:
                    yield from self._expand(state)
                else:
                    yield from self._check_fields(state)
        except _TooMuchEffortError:
            if not self.reported:
                self.reported.add("")
                yield Problem(
                    "MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED",
                    "There are too many ways through the subgraphs to check them all. Let fewer "
                    "subgraphs share the same fields, or simplify what @requires names.",
                )

    def _expand(self, state: _State) -> Iterator[Problem]:
        real = [site for site in state.sites if not self.graph.is_interface_object(site)]
        if not real and state.type not in self.reported:
            self.reported.add(state.type)
            yield Problem(
                "SATISFIABILITY_ERROR",
                f'At "{state.path}" the real type behind the interface object "{state.type}" '
                "cannot be found out: no subgraph that defines it as an interface can be reached. "
                "Give it a common @key.",
                (state.type,),
                tuple(sorted({site.subgraph for site in state.sites})),
            )
        names = dict.fromkeys(
            name for site in real for name in sorted(self.graph.runtime_types(site))
        )
        for name in names:
            narrowed = tuple(
                self.graph.narrowed(site, name)
                for site in state.sites
                if name in self.graph.runtime_types(site)
            )
            path = f"{state.path} ({name})"
            self.enqueue(_State(name, narrowed, path, state.above, state.own))

    def _check_fields(self, state: _State) -> Iterator[Problem]:
        for field in self.supergraph.definitions.types[state.type].fields.values():
            found = self.resolving(state.type, state.sites, field.name, frozenset(), state.above)
            coordinate = f"{state.type}.{field.name}"
            if not found:
                if coordinate not in self.reported:
                    self.reported.add(coordinate)
                    yield self._unreachable(state, field.name)
                continue
            children = tuple(dict.fromkeys(site for site in found if site.type))
            if self.supergraph.kind(field.type.name).is_composite:
                path = f"{state.path}.{field.name}"
                above = state.above | state.own
                self.enqueue(_State(field.type.name, children, path, above))

    def resolving(
        self,
        type_name: str,
        sites: tuple[Site, ...],
        field_name: str,
        stack: frozenset[str],
        above: frozenset[str] | None = None,
    ) -> list[Site]:
        """The sites of the field's value; for leaves, the sites that resolve it.

        `above` are the contexts at hand; None where they are not followed, within requirements.
        """
        coordinate = f"{type_name}.{field_name}"
        if coordinate in stack:
            self.circles += 1
            return []
        memo = (type_name, sites, field_name, above)
        known = self.resolved.get(memo)
        if known is None:
            circles = self.circles
            known = self._resolve(type_name, sites, field_name, stack | {coordinate}, above)
            if circles == self.circles:
                # No circle was cut, so that the way on which one came here made no difference.
                self.resolved[memo] = known
        return known

    def _resolve(
        self,
        type_name: str,
        sites: tuple[Site, ...],
        field_name: str,
        stack: frozenset[str],
        above: frozenset[str] | None,
    ) -> list[Site]:
        self.effort -= 1
        if self.effort < 0:
            raise _TooMuchEffortError
        found: list[Site] = []
        for site in sites:
            resolution = self.graph.resolve(site, type_name, field_name)
            if resolution is None:
                continue
            field = resolution.field
            contexts = field.contexts if field is not None and above is not None else ()
            if any(item.context not in (above or _NO_CONTEXTS) for item in contexts):
                continue
            if resolution.requires is not None and not (
                self._is_enterable(type_name, site)
                and self.obtainable(type_name, sites, resolution.requires.selections, stack)
            ):
                continue
            found.append(resolution.child or Site(site.subgraph, ""))
        return found

    def _is_enterable(self, type_name: str, site: Site) -> bool:
        """Can the subgraph be asked again with what a field of it requires?"""
        return any(
            (jump.subgraph, jump.type) == (site.subgraph, site.type)
            for jump in self.graph.jumps(type_name)
        )

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

    def _unreachable(self, state: _State, field_name: str) -> Problem:
        coordinate = f"{state.type}.{field_name}"
        owners: list[str] = []
        advice: list[str] = []
        for name, subgraph in self.supergraph.subgraphs.items():
            joined = subgraph.types.get(state.type)
            field = joined.fields.get(field_name) if joined else None
            if field is None or field.external:
                continue
            owners.append(name)
            if any(site.subgraph == name for site in state.sites):
                advice += [
                    f'No value of the context "{item.context.partition("__")[2]}" is above it.'
                    for item in field.contexts
                    if item.context not in state.above
                ]
                if field.requires is not None:
                    advice.append(f'What it requires in {name}, "{field.requires.text}", cannot.')
        there = ", ".join(sorted({site.subgraph for site in state.sites})) or "none"
        held = f" when the labels {', '.join(sorted(self.labels))} hold" if self.labels else ""
        return Problem(
            "SATISFIABILITY_ERROR",
            f'"{coordinate}" cannot be fetched at "{state.path}"{held}: it is resolved by '
            f"{', '.join(sorted(owners)) or 'no subgraph'}, while the path reaches {there}. "
            + (
                " ".join(advice)
                or f"Give {state.type} a resolvable @key there whose fields the others have, or "
                "make the field @shareable and resolve it in those, too."
            ),
            (coordinate,),
            tuple(sorted(owners)),
        )
