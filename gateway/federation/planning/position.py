"""Places in the response data, and the names that fields have there."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.federation.planning.fetch import FetchNode


@dataclass(slots=True, eq=False)
class Position:
    """All values at one path of keys, whatever their types.

    Answers of several fetches meet in the same object, so a key may stand for one field with
    one set of arguments and one shape only; a second one gets an alias.
    """

    taken: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    client_keys: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """(object type, response key) to the keys in the data; nearly always there is one."""
    field_keys: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """(object type, field, arguments) to the key in the data."""
    children: dict[str, Position] = field(default_factory=dict)
    typename_fetches: dict[FetchNode, None] = field(default_factory=dict)

    def child(self, key: str) -> Position:
        return self.children.setdefault(key, Position())

    def key_for(self, preferred: str, signature: tuple[str, str, str]) -> str:
        """The key for a field: the preferred one unless that stands for another."""
        key, number = preferred, 0
        while self.taken.setdefault(key, signature) != signature:
            key = f"_{preferred}_{number}"
            number += 1
        return key

    def agrees_with(self, other: Position) -> bool:
        """Does every key here and further down stand for the same as at the other position?"""
        return all(
            other.taken.get(key, signature) == signature for key, signature in self.taken.items()
        ) and all(
            child.agrees_with(other.children[key])
            for key, child in self.children.items()
            if key in other.children
        )
