"""Places in a fetch where selections can be put."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gateway.federation.graph import Site
from gateway.federation.operations.selection import UNCONDITIONAL, Conditions
from gateway.federation.planning.fetch import FetchNode, SelectionNode


@dataclass(slots=True, eq=False)
class Spot:
    """A value at a site within a fetch; its selection is made only when something goes in.

    `implied` are conditions that hold for whatever is put here, so that they are not repeated.
    """

    site: Site
    fetch: FetchNode
    make: Callable[[], SelectionNode]
    implied: Conditions = UNCONDITIONAL
    made: SelectionNode | None = None

    @property
    def selection(self) -> SelectionNode:
        if self.made is None:
            self.made = self.make()
        return self.made

    @property
    def is_made(self) -> bool:
        return self.made is not None

    def narrowed(self, site: Site) -> Spot:
        """The spot once the object type is known: a fragment where the site is abstract."""
        if site == self.site:
            return self
        if site.type == self.site.type:
            return Spot(site, self.fetch, lambda: self.selection, self.implied)
        return Spot(site, self.fetch, lambda: self.selection.fragment(site.type), self.implied)
