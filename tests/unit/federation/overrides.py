"""Who resolves a field that `@override` moves."""

from __future__ import annotations

from collections.abc import Mapping

from graphql import DocumentNode

from tests.unit.federation.subgraph_sdl import fields_of


def lost_fields(
    documents: Mapping[str, DocumentNode], labels: frozenset[str]
) -> dict[str, set[tuple[str, str]]]:
    """By subgraph the fields that it declares, but does not resolve while the labels hold."""
    declared = {
        name: {(item.type, item.name) for item in fields_of(document)}
        for name, document in documents.items()
    }
    lost: dict[str, set[tuple[str, str]]] = {name: set() for name in documents}
    for name, document in documents.items():
        for item in fields_of(document):
            source = item.argument("override", "from")
            coordinate = (item.type, item.name)
            if source is None or coordinate not in declared.get(source, ()):
                continue
            label = item.argument("override", "label")
            lost[source if label is None or label in labels else name].add(coordinate)
    return lost
