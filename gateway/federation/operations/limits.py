"""Limits on operations, checked in linear time before anything expensive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from gateway.federation.errors import OperationError


@dataclass(frozen=True, slots=True)
class Limits:
    """What an operation may ask at most; fragments count each time they are spread.

    `characters` and `tokens` limit the text, `depth` the nesting of fields, `fields` all
    selected fields, `aliases` the renamed ones, `root_fields` those at the top.
    """

    characters: int = 200_000
    tokens: int = 20_000
    depth: int = 40
    fields: int = 10_000
    aliases: int = 1_000
    root_fields: int = 500
    planning_effort: int = 200_000


@dataclass(frozen=True, slots=True)
class _Size:
    depth: int = 0
    fields: int = 0
    aliases: int = 0

    def with_child(self, child: _Size) -> _Size:
        return _Size(
            max(self.depth, child.depth), self.fields + child.fields, self.aliases + child.aliases
        )


def check_limits(document: DocumentNode, limits: Limits) -> None:
    """Raise OperationError when an operation of the document is over a limit."""
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    measure = _Measure(fragments)
    for node in document.definitions:
        if not isinstance(node, OperationDefinitionNode):
            continue
        size = measure.selection_set(node.selection_set)
        root_fields = sum(1 for _ in measure.root_fields(node.selection_set, frozenset()))
        for what, value, limit, advice in (
            ("levels", size.depth, limits.depth, "Select less deeply."),
            ("fields", size.fields, limits.fields, "Select fewer fields."),
            ("aliases", size.aliases, limits.aliases, "Use fewer aliases."),
            ("root fields", root_fields, limits.root_fields, "Split the operation."),
        ):
            if value > limit:
                raise OperationError.single(
                    "OPERATION_TOO_LARGE",
                    f"The operation has {value if value < 10**9 else 'very many'} {what}; "
                    f"at most {limit} are allowed. {advice}",
                )


class _Measure:
    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self.fragments = fragments
        self.known: dict[str, _Size] = {}

    def selection_set(self, node: SelectionSetNode) -> _Size:
        size = _Size()
        for selection in node.selections:
            if isinstance(selection, FieldNode):
                inner = (
                    self.selection_set(selection.selection_set)
                    if selection.selection_set
                    else _Size()
                )
                renamed = selection.alias is not None
                size = size.with_child(
                    _Size(inner.depth + 1, inner.fields + 1, inner.aliases + renamed)
                )
            elif isinstance(selection, FragmentSpreadNode):
                size = size.with_child(self.fragment(selection.name.value))
            else:
                inner_set = getattr(selection, "selection_set", None)
                if isinstance(inner_set, SelectionSetNode):
                    size = size.with_child(self.selection_set(inner_set))
        return size

    def fragment(self, name: str) -> _Size:
        known = self.known.get(name)
        if known is None:
            # A fragment within itself is refused by validation; here it counts as empty.
            self.known[name] = _Size()
            definition = self.fragments.get(name)
            known = self.selection_set(definition.selection_set) if definition else _Size()
            self.known[name] = known
        return known

    def root_fields(self, node: SelectionSetNode, inside: frozenset[str]) -> Iterator[FieldNode]:
        """The fields at the top, through fragments."""
        for selection in node.selections:
            if isinstance(selection, FieldNode):
                yield selection
            elif isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                definition = self.fragments.get(name)
                if definition is not None and name not in inside and len(inside) < 20:
                    yield from self.root_fields(definition.selection_set, inside | {name})
            else:
                inner_set = getattr(selection, "selection_set", None)
                if isinstance(inner_set, SelectionSetNode):
                    yield from self.root_fields(inner_set, inside)
