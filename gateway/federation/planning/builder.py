"""Builds the graph of fetches for an operation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from gateway.federation.graph import Jump, QueryGraph, Site
from gateway.federation.operations.selection import (
    UNCONDITIONAL,
    Conditions,
    Deferral,
    FieldSelection,
    Selections,
    arguments_text,
)
from gateway.federation.planning.contexts import Ancestor
from gateway.federation.planning.entries import EntryPlacer, soonest, unplannable
from gateway.federation.planning.estimate import Estimator
from gateway.federation.planning.fetch import FetchNode, RepresentationField, Template
from gateway.federation.planning.grouping import Grouping
from gateway.federation.planning.path import PathElement
from gateway.federation.planning.place import Place
from gateway.federation.planning.pool import FetchPool
from gateway.federation.planning.position import Position
from gateway.federation.planning.representations import RepresentationReader
from gateway.federation.planning.spot import Spot
from gateway.federation.planning.values import Value, grouped
from gateway.federation.supergraph.join import ContextArgument

Fetches = dict[FetchNode, None]


class Builder:
    """Places selections into fetches; one builder serves one operation.

    Methods that place selections return the fetches that deliver them.
    """

    def __init__(self, graph: QueryGraph, grouping: Grouping, estimator: Estimator) -> None:
        self._graph = graph
        self._grouping = grouping
        self._estimator = estimator
        self._entries = EntryPlacer(graph)
        self.pool = FetchPool()
        self.root = Position()

    def place_root(self, root_type: str, selections: Selections) -> Fetches:
        """Place the root fields of an operation."""
        place = Place(self.root, (), is_client=True)
        return self.place_on_object(place, root_type, [], selections)

    def place_part(self, root_type: str, selections: Selections, deferral: Deferral | None) -> None:
        """Place what may come later, from the root down, beside what is placed already."""
        self.pool.deferral = deferral
        place = Place(self.root, (), is_client=True)
        spots = [
            Spot(Site(fetch.subgraph, root_type), fetch, partial(getattr, fetch, "selection"))
            for fetch in self.pool.roots()
        ]
        self.place_on_object(place, root_type, spots, selections)
        self.pool.deferral = None

    def place_on_value(
        self, place: Place, type_name: str, spots: Sequence[Spot], selections: Selections
    ) -> Fetches:
        """Place selections on a value of a supergraph type, abstract or not."""
        self._estimator.spend()
        known = tuple(dict.fromkeys(spot.site for spot in spots))
        expansion = self._grouping.expansion(type_name, known, selections)
        spots = list(spots)
        delivered: Fetches = {}
        if expansion.entry is not None:
            spots.append(self._enter(place, type_name, spots, expansion.entry))
        # A subgraph that requires a value of an abstract type is told its real one.
        tells_type = not place.is_client and self._graph.supergraph.kind(type_name).is_abstract
        if expansion.needs_typename or (tells_type and not expansion.as_one):
            delivered |= self._entries.place_typename(place, spots)
        for item in expansion.uniform:
            uniform_sites = self._grouping.uniform_sites([spot.site for spot in spots], item.name)
            resolving = [spot for spot in spots if spot.site in uniform_sites]
            names = sorted(self._graph.runtime_types(resolving[0].site))
            delivered |= self._place_field(place, type_name, names, resolving, item)
        is_abstract = self._graph.supergraph.kind(type_name).is_abstract
        values: list[Value] = []
        for name, applicable in expansion.by_type.items():
            sites = self._grouping.narrowed(expansion, [spot.site for spot in spots], name)
            narrowed = [spot.narrowed(sites[spot.site]) for spot in spots if spot.site in sites]
            if is_abstract and not expansion.as_one:
                inner = place.for_type(name)
                delivered |= self.place_on_object(inner, name, narrowed, applicable, values)
            else:
                delivered |= self.place_on_object(place, name, narrowed, applicable)
        for value in grouped(values):
            delivered |= self._place_on(value)
        if not delivered and spots:
            delivered |= self._entries.place_filler(place, spots[0])
        return delivered

    def place_on_object(
        self,
        place: Place,
        type_name: str,
        spots: Sequence[Spot],
        selections: Selections,
        values: list[Value] | None = None,
    ) -> Fetches:
        """Place selections on an object of a known type, entering other subgraphs as needed.

        With `values`, those of its fields are left there instead of being placed at once.
        """
        self._estimator.spend()
        opened = list(spots)
        sites = tuple(dict.fromkeys(spot.site for spot in opened))
        choice = self._estimator.choose(type_name, sites, selections)
        entering = place.under(_shared_conditions(selections))
        for jump in choice.jumps:
            opened.append(self._enter(entering, type_name, opened, jump))
        delivered: Fetches = {}
        postponed: list[FieldSelection] = []
        for item in selections:
            if item.name == "__typename":
                delivered |= self._entries.place_object_typename(place, type_name, opened, item)
                continue
            resolving = self._resolving(type_name, opened, item)
            if resolving:
                names = [type_name]
                delivered |= self._place_field(
                    place, type_name, names, resolving, item, values=values
                )
            else:
                postponed.append(item)
        for item in postponed:
            delivered |= self._place_requiring(place, type_name, opened, item, values)
        return delivered

    def _resolving(self, type_name: str, spots: Iterable[Spot], item: FieldSelection) -> list[Spot]:
        return [
            spot
            for spot in spots
            if (resolution := self._graph.resolve(spot.site, type_name, item.name)) is not None
            and resolution.requires is None
        ]

    def _place_field(
        self,
        place: Place,
        type_name: str,
        runtime_types: Iterable[str],
        spots: Sequence[Spot],
        item: FieldSelection,
        *,
        values: list[Value] | None = None,
    ) -> Fetches:
        if item.children is None:
            spot = soonest(spots)
            self._entries.insert(place, type_name, runtime_types, spot, item)
            return {spot.fetch: None}
        children: list[Spot] = []
        key = ""
        for spot in spots:
            resolution = self._graph.resolve(spot.site, type_name, item.name)
            if resolution is None or resolution.child is None or resolution.field is None:
                continue
            key = self._entries.name(place, type_name, runtime_types, item)
            conditions = place.conditions | item.conditions
            children.append(self._entries.child(spot, key, item, conditions, resolution.child))
        field = self._graph.supergraph.field(type_name, item.name)
        if field is None or not children:
            raise unplannable(type_name, item.name)
        element = PathElement(key, field.type.list_depth, place.types)
        ancestor = Ancestor(type_name, place, tuple(spots)) if self._graph.has_contexts else None
        inner = place.inside(place.position.child(key), element, item.conditions, ancestor)
        value = Value(field.type.name, inner, tuple(children), item.children)
        if values is None:
            return self._place_on(value)
        values.append(value)
        return {}

    def _place_on(self, value: Value) -> Fetches:
        return self.place_on_value(value.place, value.type, value.spots, value.selections)

    def _place_requiring(
        self,
        place: Place,
        type_name: str,
        opened: list[Spot],
        item: FieldSelection,
        values: list[Value] | None,
    ) -> Fetches:
        sites = tuple(dict.fromkeys(spot.site for spot in opened))
        site = self._estimator.requirement_site(type_name, sites, item)
        resolution = self._graph.resolve(site, type_name, item.name) if site else None
        jump = self._estimator.routes.best_jump(type_name, sites, site) if site else None
        if jump is None or resolution is None or resolution.requires is None:
            raise unplannable(type_name, item.name)
        needs = self._grouping.applicable(resolution.requires.selections, type_name)
        contexts = resolution.field.contexts if resolution.field else ()
        found = [self._context(place, type_name, item, one, jump) for one in contexts]
        guards = {fetch: None for _, delivered in found for fetch in delivered}
        entering = replace(place.under(item.conditions), guards={**place.guards, **guards})
        spot = self._enter(entering, type_name, opened, jump, needs)
        arguments = arguments_text(item.arguments)
        for argument, (value, _) in zip(contexts, found, strict=True):
            filled = (argument.name, spot.fetch.context(str(argument.type), *value))
            item = replace(item, arguments=(*item.arguments, filled))
        delivered = self._place_field(place, type_name, [type_name], [spot], item, values=values)
        key = place.position.field_keys[type_name, item.name, arguments_text(item.arguments)]
        place.position.field_keys[type_name, item.name, arguments] = key
        spot.fetch.requiring.add(key)
        return delivered

    def _context(
        self,
        place: Place,
        type_name: str,
        item: FieldSelection,
        argument: ContextArgument,
        jump: Jump,
    ) -> tuple[tuple[int, tuple[RepresentationField, ...]], Fetches]:
        """Where the value for an argument is, and the fetches that deliver it: from the nearest
        object on the way whose type sets the context."""
        setting = (one for one in reversed(place.ancestors) if one.type in argument.selections)
        ancestor = next(setting, None)
        if ancestor is None:
            raise unplannable(type_name, item.name)
        above = ancestor.place.internal()
        selections = argument.selections[ancestor.type]
        delivered = self.place_on_object(above, ancestor.type, ancestor.spots, selections)
        reader = RepresentationReader(self._graph, jump.subgraph, above.conditions, in_key=False)
        fields = tuple(reader.fields(above.position, ancestor.type, selections))
        return (len(above.path), fields), delivered

    def _enter(
        self,
        place: Place,
        type_name: str,
        spots: Sequence[Spot],
        jump: Jump,
        needs: Selections = (),
    ) -> Spot:
        """Enter a subgraph with the value, fetching its key and what is required before."""
        dependencies: Fetches = dict(place.guards)
        template: Template | None = None
        internal = place.internal()
        if jump.key is not None:
            key_selections = self._grouping.applicable(jump.key.fields.selections, type_name)
            template = Template(jump.type)
            for selections, in_key in ((key_selections, True), (needs, False)):
                if selections:
                    dependencies |= self.place_on_object(internal, type_name, spots, selections)
                    reader = RepresentationReader(
                        self._graph, jump.subgraph, place.conditions, in_key=in_key
                    )
                    template.add(reader.fields(place.position, type_name, selections))
        elif place.path:
            dependencies |= self._entries.place_filler(internal, spots[0])
        # An interface object answers for all types alike, so types with different needs must
        # not share a fetch; those with the same needs are brought together again later.
        apart = type_name if jump.type != type_name and place.types is not None else ""
        target = type_name if place.types is not None else None
        fetch = self.pool.fetch(jump, place, dependencies, apart, (target, template))
        if template is None:
            return Spot(jump.site, fetch, lambda: fetch.selection)
        known = fetch.templates.setdefault(target, Template(jump.type))
        known.add(template.fields.values())
        return Spot(jump.site, fetch, lambda: fetch.selection.fragment(jump.type))


def _shared_conditions(selections: Selections) -> Conditions:
    """Conditions without which none of the selections counts."""
    sets = [item.conditions for item in selections]
    return frozenset.intersection(*sets) if sets else UNCONDITIONAL
