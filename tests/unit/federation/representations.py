"""What a representation must and may hold, read off field sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLResolveInfo,
    InlineFragmentNode,
    SelectionSetNode,
)

from tests.unit.federation.world import picked


def paths(node: SelectionSetNode, prefix: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """The paths of names that a field set leads along, whatever the types."""
    found: set[tuple[str, ...]] = set()
    for selection in node.selections:
        if isinstance(selection, FieldNode):
            here = (*prefix, selection.name.value)
            found.add(here)
            if selection.selection_set is not None:
                found |= paths(selection.selection_set, here)
        elif isinstance(selection, InlineFragmentNode):
            found |= paths(selection.selection_set, prefix)
    return found


def has_all(key: SelectionSetNode, representation: Mapping[str, Any]) -> bool:
    """Does the representation hold the whole key?"""
    try:
        picked(key, representation, lambda item, name, _: item[name])
    except (KeyError, TypeError):
        return False
    return True


def provided_below(node: SelectionSetNode, name: str) -> SelectionSetNode | None:
    """The selections that a field set makes under a field."""
    inner = tuple(
        child
        for selection in node.selections
        if isinstance(selection, FieldNode) and selection.name.value == name
        for child in (selection.selection_set.selections if selection.selection_set else ())
    )
    return SelectionSetNode(selections=inner) if inner else None


def allowed_paths(
    info: GraphQLResolveInfo, type_name: str, required: Mapping[tuple[str, str], SelectionSetNode]
) -> set[tuple[str, ...]]:
    """What the fields that are asked of these entities require."""
    names = {name for node in info.field_nodes for name in _asked(node, info)}
    return {
        path
        for (owner, name), node in required.items()
        if owner == type_name and name in names
        for path in paths(node)
    }


def _asked(node: Any, info: GraphQLResolveInfo) -> Iterator[str]:
    for selection in node.selection_set.selections if node.selection_set else ():
        if isinstance(selection, FieldNode):
            yield selection.name.value
        elif isinstance(selection, FragmentSpreadNode):
            yield from _asked(info.fragments[selection.name.value], info)
        else:
            yield from _asked(selection, info)
