"""Which selections for single object types are in truth the same for all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from gateway.federation.operations.selection import FieldSelection, arguments_text


def asked_of_all(
    items: Iterable[FieldSelection],
    types: Collection[str],
    uniform: Sequence[FieldSelection],
) -> tuple[list[FieldSelection], list[FieldSelection]]:
    """Selections that each of the types has alike, once for all of them, and the others.

    What is among the `uniform` selections anyway is in neither.
    """
    groups: dict[object, list[FieldSelection]] = {}
    for item in items:
        if not any(_includes(one, item) for one in uniform):
            groups.setdefault((likeness(item), item.conditions, item.deferral), []).append(item)
    common: list[FieldSelection] = []
    others: list[FieldSelection] = []
    for group in groups.values():
        found = frozenset[str]().union(*(item.types or types for item in group))
        if found.issuperset(types):
            common.append(replace(group[0], types=None))
        else:
            others += group
    return common, others


def likeness(item: FieldSelection) -> tuple[object, ...]:
    """Equal for selections of the same, whatever types and conditions they are for."""
    children = (
        None
        if item.children is None
        else tuple(
            (likeness(child), child.types, child.conditions, child.deferral)
            for child in item.children
        )
    )
    return (item.key, item.name, arguments_text(item.arguments), item.directives, children)


def _includes(one: FieldSelection, other: FieldSelection) -> bool:
    """Is the other there wherever the one is, with the same in it?"""
    return (
        one.conditions <= other.conditions
        and one.deferral in (None, other.deferral)
        and likeness(one) == likeness(other)
    )
