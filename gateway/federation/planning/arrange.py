"""Arranges a graph of fetches as sequences and parallels."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gateway.federation.planning.fetch import FetchNode
from gateway.federation.planning.plan import Parallel, PlanNode, Sequence

Finish = Callable[[FetchNode], PlanNode]


def arranged(fetches: list[FetchNode], finish: Finish) -> PlanNode | None:
    """A tree in which every fetch comes after all that it depends on."""
    nodes = [_component(component, finish) for component in _components(fetches)]
    return in_parallel(nodes)


def in_parallel(nodes: Iterable[PlanNode]) -> PlanNode | None:
    """The nodes as one parallel; a single one stays as it is."""
    flat: list[PlanNode] = []
    for node in nodes:
        flat += node.nodes if isinstance(node, Parallel) else (node,)
    if len(flat) > 1:
        return Parallel(tuple(flat))
    return flat[0] if flat else None


def in_sequence(nodes: Iterable[PlanNode | None]) -> PlanNode | None:
    """The nodes as one sequence; a single one stays as it is."""
    flat: list[PlanNode] = []
    for node in nodes:
        if isinstance(node, Sequence):
            flat += node.nodes
        elif node is not None:
            flat.append(node)
    if len(flat) > 1:
        return Sequence(tuple(flat))
    return flat[0] if flat else None


def _component(fetches: list[FetchNode], finish: Finish) -> PlanNode:
    present = set(fetches)
    first = [fetch for fetch in fetches if not present.intersection(fetch.dependencies)]
    rest = [fetch for fetch in fetches if fetch not in first]
    node = in_sequence(
        [in_parallel(finish(fetch) for fetch in first), arranged(rest, finish) if rest else None]
    )
    if node is None:
        raise ValueError("a component of fetches is never empty")
    return node


def _components(fetches: list[FetchNode]) -> list[list[FetchNode]]:
    """Groups of fetches that depend on each other in any way, in order."""
    group_of: dict[FetchNode, int] = {fetch: number for number, fetch in enumerate(fetches)}
    for fetch in fetches:
        for dependency in fetch.dependencies:
            if dependency in group_of and group_of[dependency] != group_of[fetch]:
                old, new = group_of[fetch], group_of[dependency]
                for one, group in group_of.items():
                    if group == old:
                        group_of[one] = new
    groups: dict[int, list[FetchNode]] = {}
    for fetch in fetches:
        groups.setdefault(group_of[fetch], []).append(fetch)
    return list(groups.values())
