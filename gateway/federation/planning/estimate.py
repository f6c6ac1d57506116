"""Chooses which subgraphs to enter for a selection: fewest fetches, then least depth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from gateway.federation.errors import PlanningError
from gateway.federation.graph import Jump, QueryGraph, Site
from gateway.federation.operations.selection import FieldSelection, Selections
from gateway.federation.planning.grouping import Grouping
from gateway.federation.planning.routes import Routes

Cost = tuple[int, int]
"""Fetches, then fetches in sequence."""

IMPOSSIBLE: Cost = (1_000_000, 1_000_000)
_MAX_ALTERNATIVES = 12
_FEW_ALTERNATIVES = 4
"""Up to here every combination is tried."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The jumps to make from where a value is known, in order, and what all of it costs."""

    jumps: tuple[Jump, ...]
    cost: Cost


class Estimator:
    """Searches for the cheapest way to a selection, with memos and a limit of effort."""

    def __init__(self, graph: QueryGraph, grouping: Grouping, effort: int = 200_000) -> None:
        self._graph = graph
        self._grouping = grouping
        self.routes = Routes(graph)
        self._effort = effort
        self.spent = 0
        self._choices: dict[tuple[str, frozenset[Site], Selections], Choice] = {}
        self._value_costs: dict[tuple[str, frozenset[Site], FieldSelection], Cost] = {}
        self._requirements: dict[
            tuple[str, frozenset[Site], FieldSelection], list[tuple[Site, Cost]]
        ] = {}
        self._requiring: set[tuple[str, str]] = set()
        self._circles = 0

    def spend(self, amount: int = 1) -> None:
        """Count effort. Raises PlanningError when the limit is reached."""
        self.spent += amount
        if self.spent > self._effort:
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
            circles = self._circles
            found = self._search(type_name, sites, selections)
            # What was cut short by a circle of requirements is so only within that circle.
            if self._circles == circles:
                self._choices[memo] = found
        return found

    def _search(self, type_name: str, sites: tuple[Site, ...], selections: Selections) -> Choice:
        known = frozenset(sites)
        extra = [site for site in self._graph.closure(type_name, sites) if site not in known]
        forced: dict[Site, None] = {}
        offers: list[tuple[FieldSelection, list[Site], list[Site]]] = []
        for item in selections:
            here = self._resolving(type_name, sites, item)
            if here and item.children is None:
                continue
            there = self._resolving(type_name, extra, item)
            if not here and len(there) == 1:
                forced[there[0]] = None
            if there:
                offers.append((item, here, there))
        alternatives: dict[Site, list[FieldSelection]] = {}
        for item, here, there in offers:
            opened = [*here, *(site for site in there if site in forced)]
            others = [site for site in there if site not in forced]
            if others and (not opened or self._may_save(type_name, opened, others, item)):
                for site in others:
                    alternatives.setdefault(site, []).append(item)
        best = self._evaluate(type_name, sites, tuple(forced), selections)
        candidates = self._candidates(type_name, sites, alternatives)
        start: tuple[Site, ...] = ()
        while len(candidates) > len(start):
            earlier = best
            for added in _additions(start, candidates):
                if len(forced) + len(added) <= best.cost[0]:
                    choice = self._evaluate(type_name, sites, (*forced, *added), selections)
                    if choice.cost < best.cost:
                        best, start = choice, added
            if best is earlier or len(candidates) <= _FEW_ALTERNATIVES:
                break
        return best

    def _may_save(
        self, type_name: str, here: list[Site], there: list[Site], item: FieldSelection
    ) -> bool:
        """Could the item cost fewer fetches where it is resolved elsewhere, too?"""
        fetches = self._value_cost(type_name, here, item)[0]
        return fetches > 0 and self._value_cost(type_name, [*here, *there], item)[0] < fetches

    def _candidates(
        self,
        type_name: str,
        sites: tuple[Site, ...],
        alternatives: dict[Site, list[FieldSelection]],
    ) -> list[Site]:
        """The sites of which some may be worth entering, those with most use first.

        Of sites that resolve the same leaves the first that can be entered directly is enough.
        """
        by_use: dict[tuple[FieldSelection, ...], Site] = {}
        others: list[Site] = []
        for site, items in alternatives.items():
            if any(item.children is not None for item in items):
                others.append(site)
                continue
            known = by_use.setdefault(tuple(items), site)
            jumps = [self.routes.jump_to(type_name, sites, one) for one in (known, site)]
            if jumps[0] is None and jumps[1] is not None:
                by_use[tuple(items)] = site
        chosen = {*others, *by_use.values()}
        kept = [site for site in alternatives if site in chosen]
        if len(kept) > _MAX_ALTERNATIVES:
            kept.sort(key=lambda site: -len(alternatives[site]))
        return kept[:_MAX_ALTERNATIVES]

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
        wanted: tuple[Site, ...],
        selections: Selections,
    ) -> Choice:
        self.spend(1 + len(selections))
        jumps, depth = self.routes.route(type_name, sites, wanted)
        opened = (*sites, *(jump.site for jump in jumps))
        fetches = len(jumps)
        deepest = 0
        entered = {jump.subgraph for jump in jumps}
        for item in selections:
            resolving = self._resolving(type_name, opened, item)
            if resolving:
                if item.children is None:
                    continue
                cost = self._value_cost(type_name, resolving, item)
            else:
                cost, site = self._requirement(type_name, opened, item, entered)
                if site is not None:
                    entered.add(site.subgraph)
            fetches += cost[0]
            deepest = max(deepest, cost[1])
        return Choice(jumps, (fetches, depth + deepest))

    def _value_cost(self, type_name: str, resolving: list[Site], item: FieldSelection) -> Cost:
        """What the children of an item cost when it is resolved at these sites."""
        if not item.children:
            return (0, 0)
        memo = (type_name, frozenset(resolving), item)
        found = self._value_costs.get(memo)
        if found is None:
            field = self._graph.supergraph.field(type_name, item.name)
            if field is None:
                return (0, 0)
            children = tuple(
                child
                for site in resolving
                if (resolution := self._graph.resolve(site, type_name, item.name)) is not None
                and (child := resolution.child) is not None
            )
            circles = self._circles
            found = self.value_cost(field.type.name, children, item.children)
            if self._circles == circles:
                self._value_costs[memo] = found
        return found

    def value_cost(self, type_name: str, sites: tuple[Site, ...], selections: Selections) -> Cost:
        """What the selections cost on a value of this type at these sites."""
        expansion = self._grouping.expansion(type_name, sites, selections)
        self.spend(1 + len(expansion.by_type))
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
            narrowed = tuple(self._grouping.narrowed(expansion, sites, name).values())
            choice = self.choose(name, narrowed, applicable)
            fetches += choice.cost[0] - sum(jump in entered for jump in choice.jumps)
            entered.update(choice.jumps)
            deepest = max(deepest, choice.cost[1])
        return fetches, depth + deepest

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
        for site, cost in self._requirement_costs(type_name, opened, item):
            total = (cost[0] + (site.subgraph not in entered), cost[1] + 1)
            if total < best[0]:
                best = (total, site)
        return best

    def _requirement_costs(
        self, type_name: str, opened: tuple[Site, ...], item: FieldSelection
    ) -> list[tuple[Site, Cost]]:
        """The sites that resolve a field once its requirement is known, with what that costs
        beside entering them anew."""
        memo = (type_name, frozenset(opened), item)
        found = self._requirements.get(memo)
        if found is not None:
            return found
        circles = self._circles
        found = []
        for site in self._requiring_sites(type_name, opened, item):
            self.spend()
            resolution = self._graph.resolve(site, type_name, item.name)
            if resolution is None or resolution.requires is None:
                continue
            mark = (type_name, f"{site.subgraph}.{item.name}")
            if mark in self._requiring:
                self._circles += 1
                continue
            self._requiring.add(mark)
            try:
                needs = self._grouping.applicable(resolution.requires.selections, type_name)
                cost = self.choose(type_name, opened, needs).cost
            finally:
                self._requiring.discard(mark)
            inner = self._value_cost(type_name, [site], item)
            found.append((site, (cost[0] + inner[0], cost[1] + inner[1])))
        if self._circles == circles:
            self._requirements[memo] = found
        return found

    def _requiring_sites(
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


def _additions(start: tuple[Site, ...], candidates: list[Site]) -> Iterator[tuple[Site, ...]]:
    """What to try in addition to what is best so far: all of few candidates, else up to two."""
    others = [site for site in candidates if site not in start]
    most = len(others) if len(candidates) <= _FEW_ALTERNATIVES else min(2, len(others))
    for size in range(1, most + 1):
        for added in combinations(others, size):
            yield (*start, *added)
