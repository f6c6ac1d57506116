"""Chooses which subgraphs to enter for a selection: fewest fetches, then least depth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from gateway.federation.errors import PlanningError
from gateway.federation.graph import Jump, QueryGraph, Site
from gateway.federation.operations.selection import FieldSelection, Selections
from gateway.federation.planning.grouping import Grouping

Cost = tuple[int, int]
"""Fetches, then fetches in sequence."""

IMPOSSIBLE: Cost = (1_000_000, 1_000_000)
_MAX_ALTERNATIVES = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """The jumps to make from where a value is known, in order, and what all of it costs."""

    jumps: tuple[Jump, ...]
    cost: Cost


class Estimator:
    """Searches for the cheapest way to a selection, with a memo and a limit of effort."""

    def __init__(self, graph: QueryGraph, grouping: Grouping, effort: int = 200_000) -> None:
        self._graph = graph
        self._grouping = grouping
        self._effort = effort
        self._choices: dict[tuple[str, frozenset[Site], Selections], Choice] = {}
        self._requiring: set[tuple[str, str]] = set()

    def spend(self, amount: int = 1) -> None:
        """Count effort. Raises PlanningError when the limit is reached."""
        self._effort -= amount
        if self._effort < 0:
            raise PlanningError.single(
                "QUERY_PLAN_TOO_COMPLEX",
                "No plan for this operation was found with reasonable effort. Select fewer "
                "fields of abstract types, or split the operation.",
            )

    def choose(self, type_name: str, sites: tuple[Site, ...], selections: Selections) -> Choice:
        """The jumps for selections on an object of a known type."""
        memo = (type_name, frozenset(sites), selections)
        found = self._choices.get(memo)
        if found is None:
            found = self._search(type_name, sites, selections)
            if not self._requiring:
                self._choices[memo] = found
        return found

    def _search(self, type_name: str, sites: tuple[Site, ...], selections: Selections) -> Choice:
        graph = self._graph
        extra = [site for site in graph.closure(type_name, sites) if site not in sites]
        forced: list[Site] = []
        alternatives: list[Site] = []
        for item in selections:
            if self._resolving(type_name, sites, item):
                offers = (
                    self._resolving(type_name, extra, item) if item.children is not None else []
                )
            else:
                offers = self._resolving(type_name, extra, item)
                if len(offers) == 1 and offers[0] not in forced:
                    forced.append(offers[0])
            alternatives += [site for site in offers if site not in alternatives]
        alternatives = [site for site in alternatives if site not in forced]
        best = self._evaluate(type_name, sites, extra, forced, selections)
        limit = min(len(alternatives), _MAX_ALTERNATIVES)
        for size in range(1, limit + 1):
            if len(forced) + size > best.cost[0]:
                break
            for added in combinations(alternatives[:_MAX_ALTERNATIVES], size):
                choice = self._evaluate(type_name, sites, extra, [*forced, *added], selections)
                if choice.cost < best.cost:
                    best = choice
        return best

    def _resolving(self, type_name: str, sites: Iterable[Site], item: FieldSelection) -> list[Site]:
        return [
            site
            for site in sites
            if (resolution := self._graph.resolve(site, type_name, item.name)) is not None
            and resolution.requires is None
        ]

    def _evaluate(
        self,
        type_name: str,
        sites: tuple[Site, ...],
        extra: Sequence[Site],
        wanted: Sequence[Site],
        selections: Selections,
    ) -> Choice:
        self.spend()
        jumps, depth = self._route(type_name, sites, extra, wanted)
        opened = (*sites, *(jump.site for jump in jumps))
        fetches = len(jumps)
        deepest = 0
        entered_again: set[str] = set()
        for item in selections:
            resolving = self._resolving(type_name, opened, item)
            if resolving:
                cost = self._value_cost(type_name, resolving, item)
            else:
                entered = {jump.subgraph for jump in jumps} | entered_again
                cost, site = self._requirement(type_name, opened, item, entered)
                if site is not None:
                    entered_again.add(site.subgraph)
            fetches += cost[0]
            deepest = max(deepest, cost[1])
        return Choice(jumps, min((fetches, depth + deepest), IMPOSSIBLE))

    def _route(
        self,
        type_name: str,
        sites: tuple[Site, ...],
        extra: Sequence[Site],
        wanted: Sequence[Site],
    ) -> tuple[tuple[Jump, ...], int]:
        """The jumps that open the wanted sites, through others where no key leads directly."""
        opened = list(sites)
        route: list[Jump] = []
        depth = 0
        pending = list(wanted)
        while pending:
            layer = [jump for site in pending if (jump := self._jump_to(type_name, opened, site))]
            if not layer:
                layer = [
                    jump
                    for site in extra
                    if site not in opened and (jump := self._jump_to(type_name, opened, site))
                ]
                if not layer:
                    break
            depth += 1
            route += layer
            opened += [jump.site for jump in layer]
            pending = [site for site in pending if site not in opened]
        return self._pruned(type_name, sites, route, wanted), depth

    def _jump_to(self, type_name: str, opened: Sequence[Site], site: Site) -> Jump | None:
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
                if self._jump_to(type_name, opened, other.site) is None:
                    break
                opened.append(other.site)
            else:
                kept = others
        return tuple(kept)

    def _value_cost(self, type_name: str, resolving: list[Site], item: FieldSelection) -> Cost:
        if not item.children:
            return (0, 0)
        field = self._graph.supergraph.field(type_name, item.name)
        if field is None:
            return (0, 0)
        children = tuple(
            child
            for site in resolving
            if (resolution := self._graph.resolve(site, type_name, item.name)) is not None
            and (child := resolution.child) is not None
        )
        return self.value_cost(field.type.name, children, item.children)

    def value_cost(self, type_name: str, sites: tuple[Site, ...], selections: Selections) -> Cost:
        """What the selections cost on a value of this type at these sites."""
        expansion = self._grouping.expansion(type_name, sites, selections)
        entered: set[Jump] = set()
        fetches = depth = 0
        if expansion.entry is not None:
            sites = (*sites, expansion.entry.site)
            fetches, depth = 1, 1
        deepest = 0
        for item in expansion.uniform:
            resolving = self._grouping.uniform_sites(sites, item.name)
            cost = self._value_cost(type_name, resolving, item)
            fetches += cost[0]
            deepest = max(deepest, cost[1])
        for name, applicable in expansion.by_type.items():
            narrowed = self.narrowed(sites, name) if not expansion.as_one else sites
            choice = self.choose(name, narrowed, applicable)
            fetches += choice.cost[0] - sum(jump in entered for jump in choice.jumps)
            entered.update(choice.jumps)
            deepest = max(deepest, choice.cost[1])
        return fetches, depth + deepest

    def narrowed(self, sites: Iterable[Site], name: str) -> tuple[Site, ...]:
        """The sites that know the object type."""
        return tuple(
            self._graph.narrowed(site, name)
            for site in sites
            if name in self._graph.runtime_types(site)
        )

    def requirement_site(
        self, type_name: str, opened: tuple[Site, ...], item: FieldSelection
    ) -> Site | None:
        """The site to enter anew for a field that has requirements; None when there is none."""
        return self._requirement(type_name, opened, item, set())[1]

    def _requirement(
        self,
        type_name: str,
        opened: tuple[Site, ...],
        item: FieldSelection,
        entered: set[str],
    ) -> tuple[Cost, Site | None]:
        best: tuple[Cost, Site | None] = (IMPOSSIBLE, None)
        for site in self.requiring(type_name, opened, item):
            mark = (type_name, f"{site.subgraph}.{item.name}")
            resolution = self._graph.resolve(site, type_name, item.name)
            if mark in self._requiring or resolution is None or resolution.requires is None:
                continue
            self._requiring.add(mark)
            try:
                needs = self._grouping.applicable(resolution.requires.selections, type_name)
                cost = self.choose(type_name, opened, needs).cost
            finally:
                self._requiring.discard(mark)
            inner = self._value_cost(type_name, [site], item)
            total = (
                cost[0] + (site.subgraph not in entered) + inner[0],
                cost[1] + 1 + inner[1],
            )
            if total < best[0]:
                best = (total, site)
        return best

    def best_jump(self, type_name: str, opened: tuple[Site, ...], site: Site) -> Jump | None:
        """The jump into a site, by a key that is at hand or else one that can be fetched."""
        reached = self._graph.closure(type_name, opened)
        return self._jump_to(type_name, opened, site) or self._jump_to(type_name, reached, site)

    def requiring(
        self, type_name: str, opened: tuple[Site, ...], item: FieldSelection
    ) -> list[Site]:
        """The sites, entered anew, that resolve the field once its requirement is known."""
        reached = self._graph.closure(type_name, opened)
        enterable = {jump.site for jump in self._graph.jumps(type_name)}
        sites = dict.fromkeys(Site(site.subgraph, site.type) for site in reached)
        return [
            site
            for site in sites
            if site in enterable
            and (resolution := self._graph.resolve(site, type_name, item.name)) is not None
            and resolution.requires is not None
        ]


def _key_size(jump: Jump) -> int:
    return _size(jump.key.fields.selections) if jump.key else 0


def _size(selections: Selections) -> int:
    return sum(1 + _size(item.children or ()) for item in selections)
