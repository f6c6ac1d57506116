"""Passes over the finished graph of fetches."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.federation.planning.batching import batched
from gateway.federation.planning.document import selection_text
from gateway.federation.planning.fetch import FetchNode
from gateway.federation.planning.path import Path, PathElement


def optimised(fetches: Iterable[FetchNode]) -> list[FetchNode]:
    """The fetches that are needed, as few as can be made of them.

    Those that ask the same of different types become one, and those of entities of one
    subgraph that are due at the same time share a request.
    """
    return _reduced(batched(_reduced(_merged_types(_needed(list(fetches))))))


def _needed(fetches: list[FetchNode]) -> list[FetchNode]:
    """Without fetches that ask for nothing and those that only served them."""
    wanted = [fetch for fetch in fetches if not fetch.selection.is_empty]
    for fetch in wanted:
        _bypass_empty(fetch)
    return wanted


def _bypass_empty(fetch: FetchNode) -> None:
    pending = list(fetch.dependencies)
    kept: dict[FetchNode, None] = {}
    seen: set[FetchNode] = set()
    while pending:
        one = pending.pop(0)
        if one in seen:
            continue
        seen.add(one)
        if one.selection.is_empty:
            pending += one.dependencies
        else:
            kept[one] = None
    fetch.dependencies = kept


def _without_types(path: Path) -> tuple[tuple[str, int], ...]:
    return tuple((element.key, element.list_depth) for element in path)


def _merged_types(fetches: list[FetchNode]) -> list[FetchNode]:
    """Fetches that differ only in the types along their paths become one."""
    groups: dict[tuple[object, ...], list[FetchNode]] = {}
    replaced: dict[FetchNode, FetchNode] = {}
    for fetch in fetches:
        dependencies = {replaced.get(one, one): None for one in fetch.dependencies}
        fetch.dependencies = {one: None for one in dependencies if one is not fetch}
        signature = (
            fetch.subgraph,
            fetch.is_entity,
            _without_types(fetch.path),
            frozenset(fetch.dependencies),
        )
        earlier = next((one for one in groups.get(signature, ()) if _may_join(one, fetch)), None)
        if earlier is None:
            groups.setdefault(signature, []).append(fetch)
            continue
        replaced[fetch] = earlier
        earlier.templates |= fetch.templates
        earlier.requiring |= fetch.requiring
        earlier.path = tuple(
            PathElement(
                one.key,
                one.list_depth,
                one.types | other.types
                if one.types is not None and other.types is not None
                else None,
            )
            for one, other in zip(earlier.path, fetch.path, strict=True)
        )
    kept = [fetch for fetch in fetches if fetch not in replaced]
    for fetch in kept:
        fetch.dependencies = {replaced.get(one, one): None for one in fetch.dependencies}
    return kept


def _may_join(one: FetchNode, other: FetchNode) -> bool:
    """Would one fetch for both ask the same, with the same representations as the two?"""
    if not (one.is_entity and other.is_entity):
        return False
    if one.contexts != other.contexts:
        return False
    if selection_text(one.selection) != selection_text(other.selection):
        return False
    if one.path != other.path:
        return one.templates == other.templates
    return None not in {*one.templates, *other.templates} and all(
        one.templates[name] == other.templates[name]
        for name in one.templates.keys() & other.templates.keys()
    )


def _reduced(fetches: list[FetchNode]) -> list[FetchNode]:
    """Without dependencies that follow from others."""
    for fetch in fetches:
        direct = list(fetch.dependencies)
        for one in direct:
            if any(other is not one and other.depends_on(one) for other in direct):
                del fetch.dependencies[one]
    return fetches
