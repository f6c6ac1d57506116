"""Values that fields take from what is further up (`@fromContext`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.federation.planning.fetch import RepresentationField
    from gateway.federation.planning.place import Place
    from gateway.federation.planning.spot import Spot


@dataclass(frozen=True, slots=True)
class ContextVariable:
    """A variable of a fetch of entities that the gateway fills for each entity.

    Its value is the single leaf of `fields`, of the object that is `depth` steps down the path
    of the entities. `type` is how the variable is declared.
    """

    name: str
    type: str
    depth: int
    fields: tuple[RepresentationField, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Ancestor:
    """An object on the way to a place, where contexts may be set, and who knows it."""

    type: str
    place: Place
    spots: Sequence[Spot]
