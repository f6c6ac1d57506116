"""Places in the response data, and the names that fields have there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.federation.planning.fetch import FetchNode

_TYPE = ("__typename", "", "")
"""Tells the type of every object in the data, whatever a client calls by that name."""


@dataclass(slots=True, eq=False)
class Position:
    """All values at one path of keys, whatever their types.

    Answers of several fetches meet in the same object, so a key may stand for one field with
    one set of arguments and one shape only; a second one gets an alias.
    """

    taken: dict[str, tuple[str, str, str]] = field(default_factory=lambda: {"__typename": _TYPE})
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
            key = f"_{preferred.lstrip('_')}_{number}"
            number += 1
        return key

    def meanings(self, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
        """What each key stands for, here and further down."""
        for key, signature in self.taken.items():
            yield (*path, key), signature
        for key, child in self.children.items():
            yield from child.meanings((*path, key))
