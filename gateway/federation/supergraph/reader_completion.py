"""What join directives leave to be understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gateway.federation.operations.selection import Selections
from gateway.federation.supergraph.definitions import Definitions
from gateway.federation.supergraph.join import (
    FieldSet,
    JoinedSubgraph,
    SubgraphField,
    SubgraphType,
)

Coordinate = tuple[str, str]


def complete(definitions: Definitions, subgraphs: Iterable[JoinedSubgraph]) -> None:
    """Add to subgraphs what they have without a directive that says it.

    A subgraph that extends an entity resolves its key, and each declares what it provides. Of
    interfaces and members it has those that it has as types. A field that is taken over for some
    requests only names the label at its new place; the old place gets it, too.
    """
    subgraphs = tuple(subgraphs)
    for subgraph in subgraphs:
        for joined in tuple(subgraph.types.values()):
            joined.interfaces = joined.interfaces.intersection(subgraph.types)
            joined.members = joined.members.intersection(subgraph.types)
        for joined in tuple(subgraph.types.values()):
            _complete_keys(definitions, subgraph, joined)
            for field in tuple(joined.fields.values()):
                for coordinate in mentioned(definitions, field.type.name, field.provides):
                    _declare_external(definitions, subgraph, coordinate)
    _spread_labels(subgraphs)


def mentioned(
    definitions: Definitions, parent: str, field_set: FieldSet | None
) -> Iterator[Coordinate]:
    """All fields of a field set on `parent`; those of interfaces also on what implements them."""
    if field_set is not None:
        yield from _mentioned(definitions, parent, field_set.selections)


def _mentioned(
    definitions: Definitions, parent: str, selections: Selections
) -> Iterator[Coordinate]:
    for item in selections:
        owners = item.types if item.types is not None else definitions.possible_types(parent)
        for owner in {parent, *owners}:
            field = definitions.field(owner, item.name)
            if field is not None:
                yield owner, item.name
                yield from _mentioned(definitions, field.type.name, item.children or ())


def _complete_keys(
    definitions: Definitions, subgraph: JoinedSubgraph, joined: SubgraphType
) -> None:
    """Who extends an entity marks its key external, as Federation 1 wanted it, and resolves it
    all the same, since representations bring it. Elsewhere external is meant."""
    if not joined.is_extension:
        return
    for key in joined.keys:
        for type_name, field_name in mentioned(definitions, joined.name, key.fields):
            holder = subgraph.types.get(type_name)
            if holder is not None and field_name in holder.fields:
                holder.fields[field_name].external = False


def _declare_external(
    definitions: Definitions, subgraph: JoinedSubgraph, coordinate: Coordinate
) -> None:
    type_name, field_name = coordinate
    joined = subgraph.types.get(type_name)
    if joined is not None:
        field = definitions.types[type_name].fields[field_name]
        joined.fields.setdefault(
            field_name,
            SubgraphField(field_name, field.type, frozenset(field.arguments), external=True),
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
