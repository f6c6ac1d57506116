"""The root fields of an operation in the order in which they run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from operator import attrgetter

from gateway.federation.operations.normalise import INTROSPECTION_FIELDS
from gateway.federation.operations.operation import Operation
from gateway.federation.operations.selection import (
    UNCONDITIONAL,
    Conditions,
    FieldSelection,
    Selections,
    merged,
)
from gateway.federation.planning.estimate import Estimator


def steps_of(operation: Operation, estimator: Estimator) -> Iterator[Selections]:
    """The root selections that are planned together.

    Mutations run in order, each response key once, however often it is selected. Neighbours
    share a request when one subgraph answers them and nothing has to be fetched for the earlier
    ones before the later ones run.
    """
    fetched = tuple(
        item
        for item in operation.selections
        if item.name not in INTROSPECTION_FIELDS and item.name != "__typename"
    )
    if operation.kind != "mutation":
        if fetched:
            yield fetched
        return
    together: list[FieldSelection] = []
    subgraph = ""
    for items in _runs(fetched, estimator):
        choice = estimator.choose(operation.root_type, (), items)
        owner = choice.jumps[0].subgraph if choice.jumps else subgraph
        if together and owner != subgraph:
            yield tuple(together)
            together = []
        together += items
        subgraph = owner
        if choice.cost[0] > 1:
            yield tuple(together)
            together = []
    if together:
        yield tuple(together)


def _runs(fetched: Selections, estimator: Estimator) -> Iterator[Selections]:
    """The selections of one response key after the other.

    A key runs where it is included first. Where conditions decide which place that is, it is at
    each of them, under the conditions that make it the first.
    """
    neighbours = Counter(key for key, _ in groupby(fetched, attrgetter("key")))
    by_key: dict[str, list[FieldSelection]] = {}
    for item in fetched:
        by_key.setdefault(item.key, []).append(item)
    begun: dict[str, list[Conditions]] = {}
    for item in fetched:
        earlier = begun.setdefault(item.key, [])
        if not earlier and (neighbours[item.key] == 1 or not item.conditions):
            yield tuple(by_key[item.key])
            earlier.append(UNCONDITIONAL)
            continue
        for held in _only_first(item.conditions, earlier):
            estimator.spend()
            yield _under(held, by_key[item.key])
        earlier.append(item.conditions)


def _only_first(conditions: Conditions, earlier: Iterable[Conditions]) -> list[Conditions]:
    """The ways in which the conditions hold, and none of the earlier ones."""
    ways = [conditions]
    for others in earlier:
        found: list[Conditions] = []
        for way in ways:
            missing = sorted(others - way)
            if any((name, not value) in way for name, value in others):
                found.append(way)
                continue
            for number, (name, value) in enumerate(missing):
                found.append(way | {*missing[:number], (name, not value)})
        ways = found
    return ways


def _under(held: Conditions, items: Iterable[FieldSelection]) -> Selections:
    """The selections that are possible where the conditions hold, for then only."""
    return merged(
        replace(item, conditions=item.conditions | held)
        for item in items
        if not any((name, not value) in held for name, value in item.conditions)
    )
