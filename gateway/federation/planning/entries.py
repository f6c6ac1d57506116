"""Puts single fields into the selections of fetches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gateway.federation.errors import PlanningError
from gateway.federation.graph import QueryGraph, Site
from gateway.federation.operations.normalise import INTROSPECTION_FIELDS
from gateway.federation.operations.selection import (
    Conditions,
    FieldSelection,
    arguments_text,
)
from gateway.federation.planning.fetch import FetchNode, SelectionNode
from gateway.federation.planning.place import Place
from gateway.federation.planning.spot import Spot

Fetches = dict[FetchNode, None]


class EntryPlacer:
    """Gives fields their keys in the data, and puts them where they are asked for."""

    def __init__(self, graph: QueryGraph) -> None:
        self._graph = graph

    def child(
        self,
        spot: Spot,
        key: str,
        item: FieldSelection,
        conditions: Conditions,
        site: Site,
    ) -> Spot:
        """The spot for the value of a field."""

        def make() -> SelectionNode:
            entry = spot.selection.add(
                key,
                item.name,
                item.arguments,
                conditions - spot.implied,
                is_leaf=False,
                directives=item.directives,
            )
            return entry.children or SelectionNode()

        return Spot(site, spot.fetch, make, spot.implied | conditions)

    def insert(
        self,
        place: Place,
        type_name: str,
        runtime_types: Iterable[str],
        spot: Spot,
        item: FieldSelection,
    ) -> None:
        """Ask for a leaf at the spot."""
        resolution = self._graph.resolve(spot.site, type_name, item.name)
        if resolution is None or resolution.field is None:
            raise unplannable(type_name, item.name)
        key = self.name(place, type_name, runtime_types, item)
        conditions = (place.conditions | item.conditions) - spot.implied
        spot.selection.add(
            key, item.name, item.arguments, conditions, is_leaf=True, directives=item.directives
        )

    def name(
        self,
        place: Place,
        type_name: str,
        runtime_types: Iterable[str],
        item: FieldSelection,
    ) -> str:
        """The key in the data for a field, remembered for the projection and representations."""
        arguments = arguments_text(item.arguments)
        shape = self._graph.field_shape(type_name, item.name)
        key = place.position.key_for(item.key, (item.name, arguments, shape))
        possible = self._graph.supergraph.possible_types(type_name)
        for name in {type_name, *runtime_types, *possible}:
            if place.is_client:
                keys = place.position.client_keys.setdefault((name, item.key), [])
                if key not in keys:
                    keys.append(key)
            place.position.field_keys[name, item.name, arguments] = key
        return key

    def place_typename(self, place: Place, spots: Sequence[Spot]) -> Fetches:
        """Fetch the real type of a value from a site that knows it."""
        real = [spot for spot in spots if not self._graph.is_interface_object(spot.site)]
        if not real:
            raise unplannable(spots[0].site.type, "__typename")
        spot = soonest(real)
        conditions = place.conditions - spot.implied
        spot.selection.add("__typename", "__typename", (), conditions, is_leaf=True)
        place.position.typename_fetches[spot.fetch] = None
        return {spot.fetch: None}

    def place_object_typename(
        self, place: Place, type_name: str, spots: Sequence[Spot], item: FieldSelection
    ) -> Fetches:
        """Make sure that the object is fetched; its type's name is known without asking."""
        made = [spot for spot in spots if spot.is_made]
        if made or not spots:
            return {spot.fetch: None for spot in made[:1]}
        return self.place_filler(place, spots[0], place.conditions | item.conditions)

    def place_filler(
        self, place: Place, spot: Spot, conditions: Conditions | None = None
    ) -> Fetches:
        """Ask for an object of which nothing else is asked, to learn whether it exists."""
        key = "_exists" if self._graph.is_interface_object(spot.site) else "__typename"
        wanted = place.conditions if conditions is None else conditions
        spot.selection.add(key, "__typename", (), wanted - spot.implied, is_leaf=True)
        return {spot.fetch: None}


def soonest(spots: Sequence[Spot]) -> Spot:
    """The spot whose fetch comes first; of several the one that is asked for something anyway."""
    return min(spots, key=lambda spot: (spot.fetch.level, not spot.is_made))


def unplannable(type_name: str, field_name: str) -> PlanningError:
    """The error for a field to which no way leads."""
    if field_name in INTROSPECTION_FIELDS:
        return PlanningError.single(
            "QUERY_PLAN_IMPOSSIBLE",
            f'"{field_name}" is answered at the top of a query only, not within a field that '
            f'gives a "{type_name}". Ask for it there.',
        )
    return PlanningError.single(
        "QUERY_PLAN_IMPOSSIBLE",
        f'No subgraph that can be reached here resolves "{type_name}.{field_name}".',
    )
