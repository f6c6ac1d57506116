"""Reads back what was printed, and tells every difference that would change a plan or an answer."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from graphql import print_schema

from gateway.federation import Supergraph, print_supergraph, read_supergraph
from gateway.federation.operations.selection import Selections
from gateway.federation.supergraph.join import (
    ContextArgument,
    FieldSet,
    Key,
    SubgraphField,
    SubgraphType,
)


def assert_reads_back(supergraph: Supergraph) -> Supergraph:
    """What is read from the printed supergraph is the supergraph; returns what was read."""
    read = read_supergraph(print_supergraph(supergraph))
    assert description(read) == description(supergraph)
    assert print_schema(read.api_schema) == print_schema(supergraph.api_schema)
    return read


def description(supergraph: Supergraph) -> dict[str, Any]:
    """All that each subgraph resolves, as values that can be compared."""
    return {
        subgraph.name: {
            "url": subgraph.url,
            "types": {name: _plain(one) for name, one in subgraph.types.items()},
            "others": subgraph.others,
        }
        for subgraph in supergraph.subgraphs.values()
    }


def _plain(value: Any) -> Any:
    if isinstance(value, ContextArgument):
        selections = {name: _shape(one) for name, one in value.selections.items()}
        return [value.name, str(value.type), value.context, selections]
    if isinstance(value, FieldSet):
        return value.text.replace(" ", "")
    if isinstance(value, SubgraphType | SubgraphField | Key):
        names = [item.name for item in fields(value)]
        if isinstance(value, SubgraphType) and not value.keys:
            names.remove("is_extension")  # it says something of entities only
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, tuple):
        return sorted((_plain(one) for one in value), key=str)
    return str(value) if type(value).__name__ == "TypeRef" else value


def _shape(selections: Selections) -> Any:
    return [(one.name, one.types, _shape(one.children or ())) for one in selections]
