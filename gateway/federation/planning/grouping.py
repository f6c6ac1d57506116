"""Which selections apply to an object of a known type, and which to every type alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from gateway.federation.graph import Jump, QueryGraph, Site
from gateway.federation.operations.selection import FieldSelection, Selections, merged
from gateway.federation.planning.likeness import asked_of_all


@dataclass(frozen=True, slots=True)
class Expansion:
    """How the selections on a value are dealt with.

    `entry` is a jump that is needed to learn the real type of an interface object.
    `uniform` selections are asked of the value as it is, `by_type` those of each object type.
    `as_one` means that the value is treated as an object of its abstract type. `apart`: types
    are asked for different things, which an interface object must not be asked for all alike.
    """

    uniform: Selections = ()
    by_type: dict[str, Selections] = field(default_factory=dict)
    entry: Jump | None = None
    needs_typename: bool = False
    as_one: bool = False
    apart: bool = False


class Grouping:
    """Groups selections by type; equal questions get the identical answer object."""

    def __init__(self, graph: QueryGraph) -> None:
        self._graph = graph
        self._applicable: dict[tuple[Selections, str], Selections] = {}
        self._expansions: dict[tuple[str, frozenset[Site], Selections], Expansion] = {}

    def applicable(self, selections: Selections, type_name: str) -> Selections:
        """The selections for an object of this type, those with the same key as one."""
        memo = (selections, type_name)
        found = self._applicable.get(memo)
        if found is None:
            kept = [item for item in selections if item.applies_to(type_name)]
            if len(kept) != len(selections) or any(item.types is not None for item in kept):
                found = merged(replace(item, types=None) for item in kept)
            else:
                found = selections
            self._applicable[memo] = found
        return found

    def expansion(
        self, type_name: str, sites: tuple[Site, ...], selections: Selections
    ) -> Expansion:
        """How to deal with selections on a value of this supergraph type at these sites."""
        memo = (type_name, frozenset(sites), selections)
        found = self._expansions.get(memo)
        if found is None:
            found = self._expansions[memo] = self._expand(type_name, sites, selections)
        return found

    def _expand(self, type_name: str, sites: tuple[Site, ...], selections: Selections) -> Expansion:
        graph = self._graph
        if not graph.supergraph.kind(type_name).is_abstract:
            return Expansion(by_type={type_name: self.applicable(selections, type_name)})
        if all(graph.is_interface_object(site) for site in sites):
            reached = graph.closure(type_name, sites)
            if self._answered_as_one(type_name, reached, selections):
                return Expansion(by_type={type_name: selections}, as_one=True)
            entry = self._entry(type_name, sites, reached)
            if entry is not None:
                expanded = self._by_type(type_name, (*sites, entry.site), selections)
                return replace(expanded, entry=entry)
        return self._by_type(type_name, sites, selections)

    def _answered_as_one(
        self, type_name: str, sites: tuple[Site, ...], selections: Selections
    ) -> bool:
        """Can the value be treated as an object of its abstract type, whatever its real one?"""
        graph = self._graph
        return all(
            item.types is None
            and any(
                (resolution := graph.resolve(site, type_name, item.name)) is not None
                and (
                    resolution.requires is None
                    or self._answered_as_one(type_name, sites, resolution.requires.selections)
                )
                for site in sites
            )
            for item in selections
        ) and not any(item.name == "__typename" for item in selections)

    def _entry(
        self, type_name: str, sites: tuple[Site, ...], reached: tuple[Site, ...]
    ) -> Jump | None:
        graph = self._graph
        real = [site for site in reached if not graph.is_interface_object(site)]
        jumps = [
            jump for jump in graph.jumps(type_name) if jump.site in real and jump.key is not None
        ]
        direct = (
            jump
            for jump in jumps
            if jump.key and graph.covers(type_name, sites, jump.key.fields.selections)
        )
        return next(direct, jumps[0] if jumps else None)

    def _by_type(
        self, type_name: str, sites: tuple[Site, ...], selections: Selections
    ) -> Expansion:
        graph = self._graph
        names = self._told_types(sites)
        uniform: list[FieldSelection] = []
        rest: list[FieldSelection] = []
        needs_typename = False
        for item in selections:
            if item.name == "__typename":
                needs_typename = True
            elif self._may_be_uniform(item) and self.uniform_sites(sites, item.name):
                uniform.append(item)
            else:
                rest.append(item)
        needs_typename = needs_typename or bool(rest)
        apart = False
        if any(graph.is_interface_object(site) for site in sites):
            wanted = [name for name in names if name in graph.supergraph.api.types]
            common, rest = asked_of_all(rest, wanted, uniform)
            for item in common:
                known = graph.supergraph.field(type_name, item.name) is not None
                is_uniform = known and self.uniform_sites(sites, item.name)
                (uniform if is_uniform else rest).append(item)
            apart = any(item.types is not None for item in rest)
        by_type: dict[str, Selections] = {}
        remaining = tuple(rest)
        for name in names:
            applicable = self.applicable(remaining, name)
            if applicable and name in graph.supergraph.api.types:
                by_type[name] = applicable
        # Objects of types that clients must not see can only be told by their type.
        hidden = any(name not in graph.supergraph.api.types for name in names)
        return Expansion(tuple(uniform), by_type, None, needs_typename or hidden, apart=apart)

    def _told_types(self, sites: Iterable[Site]) -> dict[str, None]:
        """The object types that the value may have as far as the sites can tell them."""
        return dict.fromkeys(
            name
            for site in sites
            if not self._graph.is_interface_object(site)
            for name in sorted(self._graph.runtime_types(site))
        )

    def narrowed(
        self, expansion: Expansion, sites: Iterable[Site], type_name: str
    ) -> dict[Site, Site]:
        """The sites that know the object type, with what they are once the value has it."""
        graph = self._graph
        if expansion.as_one:
            return {site: site for site in sites}
        if expansion.apart:
            return graph.narrowed_apart(sites, type_name)
        return {
            site: graph.narrowed(site, type_name)
            for site in sites
            if type_name in graph.runtime_types(site)
        }

    def _may_be_uniform(self, item: FieldSelection) -> bool:
        """Each object type may set contexts of its own for what is below it."""
        return item.types is None and not (self._graph.has_contexts and item.children)

    def uniform_sites(self, sites: Sequence[Site], field_name: str) -> list[Site]:
        """The sites that resolve the field on the value as it is, for every type it may have."""
        graph = self._graph
        every = frozenset().union(*(graph.runtime_types(site) for site in sites))
        return [
            site
            for site in sites
            if every
            and graph.runtime_types(site) == every
            and (resolution := graph.resolve(site, site.type, field_name)) is not None
            and resolution.requires is None
        ]
