"""Which subgraphs have a type that names none of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gateway.federation.supergraph.definitions import Definitions, Kind

Resolving = Callable[[str, str, str], bool]
"""Tells whether the field (type, field) is declared in a subgraph."""


class ValueTypes:
    """Finds the types of each subgraph.

    Join v0.1 says of value types, interfaces and unions only that they mean the same wherever
    they are. A subgraph has those that its fields lead to.
    """

    def __init__(
        self,
        definitions: Definitions,
        holders: Mapping[str, frozenset[str] | None],
        resolving: Resolving,
    ) -> None:
        self._definitions = definitions
        self._holders = holders
        self._resolving = resolving
        self._reached: dict[str, frozenset[str]] = {}

    def has(self, graph: str, name: str) -> bool:
        """Does the subgraph have the type?"""
        holders = self._holders[name]
        if holders is not None:
            return graph in holders
        if not self._definitions.types[name].kind.is_composite:
            return True
        found = self._reached.get(graph)
        if found is None:
            found = self._reached[graph] = self._reach(graph)
        return name in found

    def _reach(self, graph: str) -> frozenset[str]:
        waiting = [name for name, holders in self._holders.items() if holders and graph in holders]
        reached: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name in reached:
                continue
            reached.add(name)
            waiting += [one for one in self._next(name, graph) if self._may_have(one, graph)]
        return frozenset(reached)

    def _may_have(self, name: str, graph: str) -> bool:
        if name not in self._holders:
            return False
        holders = self._holders[name]
        return holders is None or graph in holders

    def _next(self, name: str, graph: str) -> list[str]:
        definition = self._definitions.types[name]
        following = [
            field.type.name
            for field in definition.fields.values()
            if self._resolving(name, field.name, graph)
        ]
        following += definition.interfaces
        if definition.kind in (Kind.UNION, Kind.INTERFACE):
            following += sorted(self._definitions.possible_types(name))
        return following
