"""Directives as a subgraph applies them, under the names of their specifications."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphql import REMOVE, ConstDirectiveNode, DirectiveNode, DocumentNode, Visitor, visit

from gateway.federation.composition.links import Links
from gateway.federation.composition.specification import SINCE
from gateway.federation.supergraph.definitions import Directive

CUSTOM = "custom__"
"""Before the name of a subgraph's own directive that is called like one of federation's."""


def applied_directives(
    nodes: Iterable[DirectiveNode | ConstDirectiveNode] | None, links: Links
) -> list[Directive]:
    """All but links. `@primaryKey` becomes `key` where federation's is imported so."""
    return [
        Directive(
            _name(node.name.value, links),
            {argument.name.value: argument.value for argument in node.arguments or ()},
        )
        for node in nodes or ()
        if node.name.value not in links.link_names
    ]


def _name(local: str, links: Links) -> str:
    canonical = links.canonical.get(local)
    if canonical is not None:
        return canonical
    return f"{CUSTOM}{local}" if local in SINCE else local


class _Remover(Visitor):
    def __init__(self, names: set[str]) -> None:
        super().__init__()
        self._names = names

    def enter_directive(self, node: DirectiveNode, *_: Any) -> Any:
        return REMOVE if node.name.value in self._names else None


def without_directives(document: DocumentNode, names: set[str]) -> DocumentNode:
    """The document without the applications of some directives."""
    if not names:
        return document
    found: DocumentNode = visit(document, _Remover(names))
    return found
