"""The labels of progressive overrides: which an operation depends on, and which hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from gateway.federation.operations.selection import Selections
from gateway.federation.supergraph.join import FieldSet
from gateway.federation.supergraph.model import Supergraph

Labels = frozenset[str]
NO_LABELS: Labels = frozenset()

_PERCENT = re.compile(r"percent\((\d{1,3}(?:\.\d{1,8})?)\)")


class OverrideLabels:
    """The labels that the subgraphs of a supergraph use in `@override(label:)`."""

    def __init__(self, supergraph: Supergraph) -> None:
        self._supergraph = supergraph
        self._own: dict[str, set[str]] = {}
        for subgraph in supergraph.subgraphs.values():
            for joined in subgraph.types.values():
                for field in joined.fields.values():
                    if field.override_label is not None:
                        self._own.setdefault(joined.name, set()).add(field.override_label)
        self._by_type: dict[str, Labels] = {}

    @property
    def every(self) -> Labels:
        """All labels of the supergraph."""
        return frozenset(label for labels in self._own.values() for label in labels)

    def of_operation(self, root_type: str, selections: Selections) -> Labels:
        """The labels that may decide how the operation is planned, those of the types that it
        goes through and of what their keys and requirements go through."""
        if not self._own:
            return NO_LABELS
        seen = set(self._types_in(root_type, selections))
        return frozenset(label for name in seen for label in self._of_type(name))

    def _of_type(self, name: str) -> Labels:
        known = self._by_type.get(name)
        if known is None:
            reached = {name}
            pending = [name]
            while pending:
                for other in self._types_behind(pending.pop()):
                    if other not in reached:
                        reached.add(other)
                        pending.append(other)
            known = frozenset(label for one in reached for label in self._own.get(one, ()))
            self._by_type[name] = known
        return known

    def _types_behind(self, name: str) -> Iterator[str]:
        """The types that the field sets of a type go through, and the interfaces of it."""
        definition = self._supergraph.definitions.types.get(name)
        if definition is not None:
            yield from definition.interfaces
        for subgraph in self._supergraph.subgraphs.values():
            joined = subgraph.types.get(name)
            if joined is None:
                continue
            sets: list[FieldSet] = [key.fields for key in joined.keys]
            for field in joined.fields.values():
                sets += [one for one in (field.requires, field.provides) if one is not None]
            for field_set in sets:
                yield from self._types_in(name, field_set.selections)

    def _types_in(self, parent: str, selections: Selections) -> Iterator[str]:
        supergraph = self._supergraph
        types = (parent, *supergraph.possible_types(parent))
        yield from types
        for item in selections:
            if item.children is None:
                continue
            returned = {
                field.type.name
                for name in (types if item.types is None else item.types)
                if (field := supergraph.field(name, item.name)) is not None
            }
            for name in returned:
                yield from self._types_in(name, item.children)


def holding(labels: Iterable[str], given: Collection[str], draw: float) -> Labels:
    """Those of the labels that hold for a request.

    A label holds when it is given, and `percent(N)` for N of a hundred requests as well. One
    `draw` (at least 0, below 1) decides all of them, so that percent(5) holds only where
    percent(20) does: that keeps the number of different plans small.
    """
    return frozenset(
        label for label in labels if label in given or draw * 100 < percentage_of(label)
    )


def percentage_of(label: str) -> float:
    """The share of requests for which the label holds by itself; 0 for one without a share."""
    match = _PERCENT.fullmatch(label)
    return float(match[1]) if match else 0.0
