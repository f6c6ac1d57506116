"""The documents that are sent to subgraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import orjson

from gateway.federation.operations.selection import Conditions
from gateway.federation.planning.fetch import Entry, FetchNode, SelectionNode
from gateway.federation.planning.plan import Fetch

REPRESENTATIONS = "representations"


def _directives(conditions: Iterable[tuple[str, bool]]) -> str:
    return "".join(
        f" @include(if: ${name})" if wanted else f" @skip(if: ${name})"
        for name, wanted in conditions
    )


def _entry_text(entry: Entry) -> str:
    inner = f" {selection_text(entry.children)}" if entry.children is not None else ""
    includes = sorted(item for item in entry.conditions if item[1])
    skips = sorted(item for item in entry.conditions if not item[1])
    text = f"{entry.head}{_directives((*includes[:1], *skips[:1]))}{inner}"
    for condition in (*includes[1:], *skips[1:]):
        text = f"...{_directives([condition])} {{ {text} }}"
    return text


def selection_text(node: SelectionNode) -> str:
    """The selection set as GraphQL text."""
    if node.is_empty:
        return "{ __typename }"
    parts = [_entry_text(entry) for entry in node.entries.values()]
    parts += [
        f"... on {name} {selection_text(inner)}"
        for name, inner in node.fragments.items()
        if not inner.is_empty
    ]
    return f"{{ {' '.join(parts)} }}"


def finished(
    node: FetchNode,
    operation: str,
    name: str,
    variable_types: Mapping[str, str],
) -> Fetch:
    """The fetch as it is sent, with all of its JSON that does not change encoded."""
    common = node.common_conditions
    selection = node.selection.without(common) if common else node.selection
    alternatives = _alternatives(node, common)
    representations = REPRESENTATIONS
    while representations in variable_types:
        representations = f"_{representations}"
    used = tuple(dict.fromkeys(selection.variables()))
    declared = [f"${variable}: {variable_types[variable]}" for variable in used]
    text = selection_text(selection)
    if node.is_entity:
        operation = "query"
        declared.insert(0, f"${representations}: [_Any!]!")
        text = f"{{ _entities(representations: ${representations}) {text} }}"
    elif node.path:
        operation = "query"
    subgraph = re.sub(r"[^_0-9A-Za-z]", "_", node.subgraph)
    operation_name = f"{name or 'operation'}__{subgraph}__{node.number}"
    variables = f"({', '.join(declared)})" if declared else ""
    query = f"{operation} {operation_name}{variables} {text}"
    body = orjson.dumps({"query": query, "operationName": operation_name})
    return Fetch(
        node.number,
        node.subgraph,
        query,
        operation,
        operation_name,
        used,
        representations,
        alternatives,
        body[:-1] + b',"variables":{',
    )


def _alternatives(node: FetchNode, common: Conditions) -> tuple[Conditions, ...]:
    sets = dict.fromkeys(entry.conditions for entry in node.selection.all_entries())
    if not sets or any(not conditions for conditions in sets):
        return ()
    return (common,) if common in sets else tuple(sets)
