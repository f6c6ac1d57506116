"""The documents that are sent to subgraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import orjson

from gateway.federation.operations.selection import UNCONDITIONAL, Applied, Conditions
from gateway.federation.planning.fetch import Entry, FetchNode, SelectionNode
from gateway.federation.planning.plan import Entities, EntityPart, Fetch


def _directives(conditions: Iterable[tuple[str, bool]]) -> str:
    return "".join(
        f" @include(if: ${name})" if wanted else f" @skip(if: ${name})"
        for name, wanted in conditions
    )


def _entry_text(entry: Entry) -> str:
    inner = f" {selection_text(entry.children)}" if entry.children is not None else ""
    if not entry.conditions:
        return entry.head + inner
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


@dataclass(frozen=True, slots=True)
class DocumentWriter:
    """Writes the requests of one operation."""

    operation: str
    name: str
    variable_types: Mapping[str, str]
    directives: tuple[Applied, ...] = ()
    """Directives of the operation, for requests of the same kind."""

    def root(self, node: FetchNode) -> Fetch:
        """A fetch of root fields."""
        selection, conditions = _unconditional(node.selection)
        operation = "query" if node.path else self.operation
        return self._fetch(
            node, operation, selection_text(selection), [selection], conditions=conditions
        )

    def entities(self, node: FetchNode) -> Entities:
        """A fetch of entities, those of its companions included."""
        groups = _alike((node, *node.companions))
        several = len(groups) > 1
        keys = [f"_e{number}" for number in range(len(groups))] if several else ["_entities"]
        whole = [(key, group, group[0].selection) for key, group in zip(keys, groups, strict=True)]
        plain = [
            (key, group, selection.without_keys(group[0].requiring))
            for key, group, selection in whole
        ]
        plain = [item for item in plain if not item[2].is_empty]
        made = self._entities(whole, key_only=False)
        if several:
            singles = [("_entities", group, group[0].selection) for group in groups]
            apart = tuple(self._entities([single], key_only=False) for single in singles)
            made = replace(made, apart=apart)
        if not plain or not any(group[0].requiring for group in groups):
            return made
        return replace(made, fallback=self._entities(plain, key_only=True))

    def _entities(
        self, wanted: list[tuple[str, list[FetchNode], SelectionNode]], *, key_only: bool
    ) -> Entities:
        parts: list[EntityPart] = []
        texts: list[str] = []
        selections: list[SelectionNode] = []
        for key, nodes, asked in wanted:
            selection, conditions = _unconditional(asked)
            variable = f"representations{key.removeprefix('_e') if key != '_entities' else ''}"
            while variable in self.variable_types:
                variable = f"_{variable}"
            templates = {
                name: template.key_only if key_only else template
                for name, template in nodes[0].templates.items()
            }
            paths = tuple(dict.fromkeys(node.path for node in nodes))
            contexts = tuple(nodes[0].contexts)
            answered = frozenset(entry.key for entry in selection.all_entries())
            parts.append(
                EntityPart(paths, templates, key, variable, conditions, answered, contexts)
            )
            selections.append(selection)
            alias = "" if key == "_entities" else f"{key}: "
            texts.append(
                f"{alias}_entities(representations: ${variable}) {selection_text(selection)}"
            )
        declared = [f"${part.variable}: [_Any!]!" for part in parts]
        text = f"{{ {' '.join(texts)} }}"
        fetch = self._fetch(wanted[0][1][0], "query", text, selections, declared=declared)
        return Entities(tuple(parts), fetch)

    def _fetch(
        self,
        node: FetchNode,
        operation: str,
        text: str,
        selections: Iterable[SelectionNode],
        *,
        conditions: tuple[Conditions, ...] = (),
        declared: Iterable[str] = (),
    ) -> Fetch:
        directives = self.directives if operation == self.operation else ()
        mentioned = [name for one in selections for name in one.variables()]
        mentioned += [name for one in directives for name in one.variables]
        used = tuple(dict.fromkeys(mentioned))
        types = {**self.variable_types, **{one.name: one.type for one in node.contexts}}
        variables = [*declared, *(f"${name}: {types[name]}" for name in used)]
        subgraph = re.sub(r"[^_0-9A-Za-z]", "_", node.subgraph)
        name = f"{self.name or 'operation'}__{subgraph}__{node.number}"
        heading = f"{name}({', '.join(variables)})" if variables else name
        heading = " ".join([heading, *(one.text for one in directives)])
        query = f"{operation} {heading} {text}"
        body = orjson.dumps({"query": query, "operationName": name})
        start = body[:-1] + b',"variables":{'
        return Fetch(node.number, node.subgraph, query, operation, name, used, conditions, start)


def _unconditional(node: SelectionNode) -> tuple[SelectionNode, tuple[Conditions, ...]]:
    """The selection without the conditions that decide on the whole, and these."""
    sets = dict.fromkeys(entry.conditions for entry in node.all_entries())
    common = frozenset.intersection(*sets) if sets else UNCONDITIONAL
    selection = node.without(common) if common else node
    if not sets or UNCONDITIONAL in sets:
        return selection, ()
    return selection, (common,) if common in sets else tuple(sets)


def _alike(nodes: Iterable[FetchNode]) -> list[list[FetchNode]]:
    """The nodes, together where they ask the same for objects that may then be shared.

    Objects at several places share what is fetched for them, so all keys further down must
    have the same meaning at each.
    """
    groups: dict[str, list[_Sharing]] = {}
    for node in nodes:
        nested = any(entry.children is not None for entry in node.selection.all_entries())
        meanings = dict(node.position.meanings()) if nested else {}
        known = groups.setdefault(selection_text(node.selection), [])
        if not any(sharing.take(node, meanings) for sharing in known):
            known.append(_Sharing([node], meanings))
    return [sharing.nodes for known in groups.values() for sharing in known]


@dataclass(slots=True)
class _Sharing:
    """Nodes with the same selection, and what the keys of their objects stand for."""

    nodes: list[FetchNode]
    meanings: dict[tuple[str, ...], object]

    def take(self, node: FetchNode, meanings: dict[tuple[str, ...], object]) -> bool:
        """Add a node if it needs the same and nothing means another thing."""
        first = self.nodes[0]
        if first.templates != node.templates or first.requiring != node.requiring:
            return False
        if any(self.meanings.get(key, meaning) != meaning for key, meaning in meanings.items()):
            return False
        self.nodes.append(node)
        self.meanings.update(meanings)
        return True
