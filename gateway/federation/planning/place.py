"""Where selections are being placed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gateway.federation.operations.selection import UNCONDITIONAL, Conditions
from gateway.federation.planning.contexts import Ancestor
from gateway.federation.planning.fetch import FetchNode
from gateway.federation.planning.path import Path, PathElement
from gateway.federation.planning.position import Position


@dataclass(frozen=True, slots=True)
class Place:
    """A position with the way that led there.

    `is_client`: the selections are the client's, not those of a key or requirement.
    `types`: the object types that are dealt with here, where the value is abstract.
    `guards`: fetches of the real types that the path distinguishes.
    `ancestors`: the objects on the way, the nearest last, where contexts may be set.
    """

    position: Position
    path: Path
    is_client: bool
    conditions: Conditions = UNCONDITIONAL
    types: frozenset[str] | None = None
    guards: Mapping[FetchNode, None] = field(default_factory=dict)
    ancestors: tuple[Ancestor, ...] = ()

    def for_type(self, name: str) -> Place:
        """The same place for objects of one type, which must be known by then."""
        guards = {**self.guards, **self.position.typename_fetches}
        types = frozenset({name})
        return replace(self, types=types, guards=guards)

    def inside(
        self,
        position: Position,
        element: PathElement,
        conditions: Conditions,
        ancestor: Ancestor | None = None,
    ) -> Place:
        return Place(
            position,
            (*self.path, element),
            self.is_client,
            self.conditions | conditions,
            None,
            self.guards,
            (*self.ancestors, ancestor) if ancestor else (),
        )

    def under(self, conditions: Conditions) -> Place:
        return replace(self, conditions=self.conditions | conditions) if conditions else self

    def internal(self) -> Place:
        """The same place for what the client did not ask for."""
        return replace(self, is_client=False) if self.is_client else self
