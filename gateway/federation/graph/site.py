"""A node of the query graph."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.federation.operations.selection import FieldSelection, Selections


@dataclass(frozen=True, slots=True)
class Site:
    """A value of `type` in `subgraph`; `provided` are fields that only this path resolves."""

    subgraph: str
    type: str
    provided: Selections = ()
    _hash: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.subgraph, self.type, self.provided)))

    def __hash__(self) -> int:
        return self._hash

    def provides(self, runtime_type: str, field_name: str) -> tuple[FieldSelection, ...]:
        """The provided selections of a field."""
        return tuple(
            item
            for item in self.provided
            if item.name == field_name and item.applies_to(runtime_type)
        )
