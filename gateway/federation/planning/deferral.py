"""Tells what comes first from what `@defer` lets come later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from gateway.federation.operations.selection import Deferral, FieldSelection, Selections, merged


@dataclass(slots=True)
class Part:
    """The selections of one fragment, with the fields that lead to it from the root."""

    deferral: Deferral
    path: tuple[str, ...]
    selections: Selections

    @property
    def identity(self) -> tuple[object, ...]:
        """Equal for the same fragment at the same place, whoever may see what of it."""
        return id(self.deferral.source), self.path, self.deferral.conditions


@dataclass(slots=True)
class Split:
    """Selections apart from the fragments that may be deferred.

    `parts` are in the order in which they are to be planned: what surely comes later before
    what does so only if a variable says it, and each fragment after the one around it.
    """

    base: Selections
    parts: list[Part]

    @property
    def first(self) -> Selections:
        """All that the response begins with, by whatever the variables say."""
        return merged((*self.base, *self._all_of(None))) if self.parts else self.base

    @property
    def later(self) -> list[Part]:
        """The fragments that come later, with what is in them whatever the variables say."""
        return [
            replace(part, selections=merged(self._all_of(part.deferral)))
            for part in self.parts
            if part.deferral.waits
        ]

    def _all_of(self, waiting: Deferral | None) -> Iterator[FieldSelection]:
        for part in self.parts:
            if part.deferral.waiting is waiting:
                yield from part.selections


def split(selections: Selections) -> Split:
    """The selections with those of `@defer` apart."""
    found = _split(selections, ())
    if not found.parts:
        return Split(selections, [])
    ordered = sorted(found.parts, key=_order)
    parts = [Part(one, found.paths[one], tuple(found.parts[one])) for one in ordered]
    return Split(tuple(found.base), parts)


def around(deferral: Deferral | None) -> Iterator[Deferral]:
    """The fragment and those that it is within, the innermost first."""
    while deferral is not None:
        yield deferral
        deferral = deferral.parent


def _order(deferral: Deferral) -> tuple[int, int]:
    chain = list(around(deferral))
    return sum(not one.waits for one in chain), len(chain)


@dataclass(slots=True)
class _Found:
    base: list[FieldSelection] = field(default_factory=list)
    parts: dict[Deferral, list[FieldSelection]] = field(default_factory=dict)
    paths: dict[Deferral, tuple[str, ...]] = field(default_factory=dict)


def _split(selections: Selections, path: tuple[str, ...]) -> _Found:
    result = _Found()
    for item in selections:
        own = item
        if item.children is not None:
            inner = _split(item.children, (*path, item.key))
            if inner.parts:
                own = replace(item, children=tuple(inner.base))
            for deferral, kept in inner.parts.items():
                leading = replace(item, children=tuple(kept), deferral=None)
                result.parts.setdefault(deferral, []).append(leading)
                result.paths[deferral] = inner.paths[deferral]
        if item.deferral is None:
            result.base.append(own)
        else:
            result.parts.setdefault(item.deferral, []).append(replace(own, deferral=None))
            result.paths[item.deferral] = path
    return result
