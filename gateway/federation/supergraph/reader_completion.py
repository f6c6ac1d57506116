"""What join directives leave to be understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gateway.federation.operations.selection import Selections
from gateway.federation.supergraph.definitions import Definitions
from gateway.federation.supergraph.join import (
    JoinedSubgraph,
    SubgraphField,
    SubgraphType,
)

Coordinate = tuple[str, str]


def complete(definitions: Definitions, subgraphs: Iterable[JoinedSubgraph]) -> None:
    """Add to subgraphs what they have without a directive that says it.

    A subgraph knows the fields of its keys, and declares what it provides. Of interfaces and
    members it has those that it has as types. A field that is taken over for some requests only
    names the label at its new place; the old place gets it, too.
    """
    subgraphs = tuple(subgraphs)
    for subgraph in subgraphs:
        for joined in tuple(subgraph.types.values()):
            joined.interfaces = joined.interfaces.intersection(subgraph.types)
            joined.members = joined.members.intersection(subgraph.types)
        for joined in tuple(subgraph.types.values()):
            _complete_keys(definitions, subgraph, joined)
            for field in tuple(joined.fields.values()):
                if field.provides is not None:
                    for coordinate in _mentioned(
                        definitions, field.type.name, field.provides.selections
                    ):
                        _declare(definitions, subgraph, coordinate, external=True)
    _spread_labels(subgraphs)


def _complete_keys(
    definitions: Definitions, subgraph: JoinedSubgraph, joined: SubgraphType
) -> None:
    keys = [
        frozenset(_mentioned(definitions, joined.name, key.fields.selections))
        for key in joined.keys
    ]
    if not keys:
        return
    for coordinate in sorted(frozenset.union(*keys)):
        _declare(definitions, subgraph, coordinate, external=False)
    # Representations bring the key, so that a subgraph that cannot be entered without a field
    # resolves it although it marks it external, as those that extend an entity do.
    known = frozenset.union(*keys) if joined.is_extension else frozenset.intersection(*keys)
    for type_name, field_name in known:
        holder = subgraph.types.get(type_name)
        if holder is not None and field_name in holder.fields:
            holder.fields[field_name].external = False


def _mentioned(
    definitions: Definitions, parent: str, selections: Selections
) -> Iterator[Coordinate]:
    for item in selections:
        if item.name == "__typename":
            continue
        owners = item.types if item.types is not None else definitions.possible_types(parent)
        for owner in {parent, *owners}:
            field = definitions.field(owner, item.name)
            if field is not None:
                yield owner, item.name
                if item.children is not None:
                    yield from _mentioned(definitions, field.type.name, item.children)


def _declare(
    definitions: Definitions, subgraph: JoinedSubgraph, coordinate: Coordinate, *, external: bool
) -> None:
    type_name, field_name = coordinate
    field = definitions.types[type_name].fields[field_name]
    joined = subgraph.types.get(type_name)
    if joined is None:
        return
    joined.fields.setdefault(
        field_name,
        SubgraphField(field_name, field.type, frozenset(field.arguments), external=external),
    )


def _spread_labels(subgraphs: tuple[JoinedSubgraph, ...]) -> None:
    by_name = {subgraph.name: subgraph for subgraph in subgraphs}
    for subgraph in subgraphs:
        for joined in subgraph.types.values():
            for field in joined.fields.values():
                source = by_name.get(field.override_from or "")
                holder = source.types.get(joined.name) if source else None
                overridden = holder.fields.get(field.name) if holder else None
                if overridden is not None and overridden is not field:
                    overridden.overridden = True
                    overridden.override_label = field.override_label
