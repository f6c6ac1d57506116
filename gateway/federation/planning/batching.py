"""Puts entity fetches of one subgraph into one request where the plan gets no deeper by it."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.federation.planning.fetch import FetchNode


def batched(fetches: list[FetchNode]) -> list[FetchNode]:
    """Fetches of entities that may be due at the same time become companions of one of them."""
    while True:
        earliest = _earliest(fetches)
        groups: dict[tuple[str, int], FetchNode] = {}
        joined: dict[FetchNode, FetchNode] = {}
        for fetch in fetches:
            if fetch.is_entity and not fetch.contexts:
                leader = groups.setdefault((fetch.subgraph, earliest[fetch]), fetch)
                if leader is not fetch:
                    joined[fetch] = leader
        if not joined:
            joined = _delayed(fetches, earliest, groups.values())
            if not joined:
                return fetches
        fetches = _joined(fetches, joined)


def _earliest(fetches: Iterable[FetchNode]) -> dict[FetchNode, int]:
    """For each fetch how many come before it in sequence."""
    levels: dict[FetchNode, int] = {}
    for fetch in in_order(fetches):
        levels[fetch] = max((levels[one] + 1 for one in fetch.dependencies), default=0)
    return levels


def in_order(fetches: Iterable[FetchNode]) -> list[FetchNode]:
    """The fetches, each after all that it depends on."""
    ordered: dict[FetchNode, None] = {}
    for fetch in fetches:
        pending = [fetch]
        while pending:
            waiting = [one for one in pending[-1].dependencies if one not in ordered]
            if waiting:
                pending += waiting
            else:
                ordered[pending.pop()] = None
    return list(ordered)


def _latest(fetches: list[FetchNode], earliest: dict[FetchNode, int]) -> dict[FetchNode, int]:
    """For each fetch how many may come before it without making the plan deeper."""
    levels = dict.fromkeys(fetches, max(earliest.values(), default=0))
    for fetch in reversed(in_order(fetches)):
        for one in fetch.dependencies:
            levels[one] = min(levels[one], levels[fetch] - 1)
    return levels


def _delayed(
    fetches: list[FetchNode],
    earliest: dict[FetchNode, int],
    leaders: Iterable[FetchNode],
) -> dict[FetchNode, FetchNode]:
    """A fetch that can wait for a later one of the same subgraph, and that one."""
    latest = _latest(fetches, earliest)
    by_level = sorted(leaders, key=lambda fetch: earliest[fetch])
    for number, fetch in enumerate(by_level):
        for later in by_level[number + 1 :]:
            if (
                later.subgraph == fetch.subgraph
                and earliest[later] <= latest[fetch]
                and not later.depends_on(fetch)
            ):
                return {fetch: later}
    return {}


def _joined(fetches: list[FetchNode], joined: dict[FetchNode, FetchNode]) -> list[FetchNode]:
    """The fetches with those that joined another as its companions."""
    for fetch, leader in joined.items():
        leader.companions += [fetch, *fetch.companions]
        leader.dependencies |= fetch.dependencies
    kept = [fetch for fetch in fetches if fetch not in joined]
    for fetch in kept:
        fetch.dependencies = {joined.get(one, one): None for one in fetch.dependencies}
    return kept
