"""Values of fields whose selections are still to be placed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gateway.federation.operations.selection import Selections
from gateway.federation.planning.fetch import SelectionNode
from gateway.federation.planning.path import PathElement
from gateway.federation.planning.place import Place
from gateway.federation.planning.spot import Spot


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a field at the spots that deliver it; `place` is where it is, seen from the
    types of the object that has the field."""

    type: str
    place: Place
    spots: tuple[Spot, ...]
    selections: Selections

    @property
    def likeness(self) -> tuple[object, ...]:
        """Equal for values of which the same is asked in the same requests."""
        element = self.place.path[-1]
        return (
            self.type,
            element.key,
            self.selections,
            self.place.conditions,
            self.place.is_client,
            self.place.ancestors,
            tuple((spot.site, spot.fetch, spot.implied) for spot in self.spots),
        )


def grouped(values: Iterable[Value]) -> list[Value]:
    """The values, those of several object types as one where they are alike.

    Without that, interfaces within interfaces would be dealt with for every combination of
    their types.
    """
    groups: dict[tuple[object, ...], list[Value]] = {}
    for value in values:
        groups.setdefault(value.likeness, []).append(value)
    return [_together(group) if len(group) > 1 else group[0] for group in groups.values()]


def _together(values: Sequence[Value]) -> Value:
    first = values[0]
    *around, element = first.place.path
    types = [value.place.path[-1].types for value in values]
    every = None if None in types else frozenset[str]().union(*(one for one in types if one))
    guards = {guard: None for value in values for guard in value.place.guards}
    path = (*around, PathElement(element.key, element.list_depth, every))
    spots = tuple(_joint(spots) for spots in zip(*(value.spots for value in values), strict=True))
    return replace(first, place=replace(first.place, path=path, guards=guards), spots=spots)


def _joint(spots: tuple[Spot, ...]) -> Spot:
    """One spot for several that get the same selection."""

    def make() -> SelectionNode:
        node = spots[0].selection
        for other in spots[1:]:
            other.selection.become(node)
        return node

    return Spot(spots[0].site, spots[0].fetch, make, spots[0].implied)
