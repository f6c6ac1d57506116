"""A node of the query graph."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.federation.operations.selection import FieldSelection, Selections


@dataclass(frozen=True, slots=True)
class Site:
    """A value of `type` in `subgraph`; `provided` are fields that only this path resolves.

    `only`: nothing else may be asked for there, though the subgraph could resolve it.
    """

    subgraph: str
    type: str
    provided: Selections = ()
    only: Selections | None = None
    _hash: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "_hash", hash((self.subgraph, self.type, self.provided, self.only))
        )

    def __hash__(self) -> int:
        return self._hash

    def provides(self, runtime_type: str, field_name: str) -> tuple[FieldSelection, ...]:
        """The provided selections of a field."""
        return _named(self.provided, runtime_type, field_name)

    def allows(self, runtime_type: str, field_name: str) -> tuple[FieldSelection, ...]:
        """The selections of a field among those that the site is restricted to."""
        return _named(self.only or (), runtime_type, field_name)


def _named(
    selections: Selections, runtime_type: str, field_name: str
) -> tuple[FieldSelection, ...]:
    return tuple(
        item for item in selections if item.name == field_name and item.applies_to(runtime_type)
    )
