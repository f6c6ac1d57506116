"""What a representation holds, once its fields have their keys in the data."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.federation.graph import QueryGraph, Site
from gateway.federation.operations.selection import Conditions, Selections, arguments_text
from gateway.federation.planning.fetch import RepresentationField
from gateway.federation.planning.position import Position


class RepresentationReader:
    """Reads representations for a subgraph off the keys that fields got at a position."""

    def __init__(
        self, graph: QueryGraph, subgraph: str, conditions: Conditions, *, in_key: bool
    ) -> None:
        self._graph = graph
        self._subgraph = subgraph
        self._subgraphs = graph.supergraph.subgraphs
        self._in_key = in_key
        self._conditions = (conditions,) if conditions else ()

    def fields(
        self, position: Position, type_name: str, selections: Selections
    ) -> Iterator[RepresentationField]:
        """The fields of a representation for selections that were placed at the position."""
        applicable = [
            item for item in selections if item.name != "__typename" and item.applies_to(type_name)
        ]
        for item in applicable:
            key = position.field_keys.get((type_name, item.name, arguments_text(item.arguments)))
            field = self._graph.supergraph.field(type_name, item.name)
            if key is None or field is None:
                continue
            shapes: dict[str | None, tuple[RepresentationField, ...]] | None = None
            if item.children is not None:
                shapes = self._shapes(position.child(key), field.type.name, item.children)
            nullable = len(applicable) > 1 and self._takes_null(type_name, item.name)
            yield RepresentationField(
                item.name, key, shapes, self._in_key, self._conditions, nullable
            )

    def _takes_null(self, type_name: str, field_name: str) -> bool:
        """Does the subgraph say that the field may be null?"""
        declared = self._subgraphs[self._subgraph].types.get(type_name)
        field = declared.fields.get(field_name) if declared else None
        return field is not None and not field.type.is_non_null

    def _shapes(
        self, position: Position, type_name: str, selections: Selections
    ) -> dict[str | None, tuple[RepresentationField, ...]]:
        supergraph = self._graph.supergraph
        if not supergraph.kind(type_name).is_abstract:
            return {None: tuple(self.fields(position, type_name, selections))}
        shapes: dict[str | None, tuple[RepresentationField, ...]] = {
            possible: tuple(self.fields(position, possible, selections))
            for possible in sorted(supergraph.possible_types(type_name))
        }
        if any(self._graph.is_interface_object(Site(name, type_name)) for name in self._subgraphs):
            # The real type behind an interface object may stay unknown.
            shapes[None] = tuple(self.fields(position, type_name, selections))
        return shapes
