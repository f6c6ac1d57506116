"""Our plans beside those of Apollo's planner: never more fetches, and never deeper for as many."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway.federation import Engine, compose
from tests.oracles.node import NodeOracle
from tests.oracles.planning.corpus import Case, read_cases
from tests.oracles.planning.differences import DIFFERENCES
from tests.oracles.planning.effort import Effort, effort_of
from tests.unit.federation.random_case import random_case, random_operations

_ORACLE = NodeOracle(Path(__file__).parent, "plan.mjs")
_RANDOM = 60
_TOLERATED = 3
"""How many random operations may need more than Apollo's plan. The search is bounded, and of a
requirement's own requirement Apollo's takes the value from where it is external."""


async def _compared(cases: list[Case]) -> list[tuple[Case, str, Effort, Effort, str]]:
    """For each operation that both plan: ours, theirs, and both plans to read."""
    question = [
        {
            "subgraphs": [{"name": one.name, "sdl": one.sdl} for one in case.subgraphs],
            "queries": case.operations,
        }
        for case in cases
    ]
    found: list[tuple[Case, str, Effort, Effort, str]] = []
    for case, answer in zip(cases, _ORACLE.ask(question), strict=True):
        engine = Engine(compose(case.subgraphs), _no_fetch)
        plans = answer.get("plans", [{"error": answer.get("errors")}] * len(case.operations))
        for operation, theirs in zip(case.operations, plans, strict=True):
            if "error" not in theirs:
                plan = engine.plan(operation)
                effort = Effort(theirs["fetches"], theirs["depth"])
                story = f"{case.title}\n{operation}\n{plan}\n{theirs['plan']}"
                found.append((case, operation, effort_of(plan.node), effort, story))
    return found


async def _no_fetch(subgraph: str, request: Any) -> bytes:
    raise AssertionError(f"nothing is fetched here, not even from {subgraph}")


async def test_no_plan_of_the_corpus_needs_more_than_apollos() -> None:
    cases = read_cases()
    compared = await _compared(cases)
    asked = {(case.title, operation) for case in cases for operation in case.operations}
    assert asked == {(case.title, operation) for case, operation, *_ in compared}
    worse = {
        (case.title, operation): story
        for case, operation, ours, theirs, story in compared
        if ours > theirs
    }
    assert set(worse) == set(DIFFERENCES), "\n".join(worse.values())


async def test_random_plans_need_fewer_fetches_than_apollos_in_sum_and_hardly_ever_more() -> None:
    cases = []
    for seed in range(_RANDOM):
        found = random_case(seed)
        if found is not None and not found[0].labels:
            made, federated = found
            operations = random_operations(federated, seed, 4)
            texts = [one.text for one in operations if one.kind == "query"]
            cases.append(Case(str(seed), made.sdls, texts))
    compared = await _compared(cases)
    if not compared:
        pytest.fail("no random supergraph composes with both")
    ours = [one for _, _, one, _, _ in compared]
    theirs = [one for _, _, _, one, _ in compared]
    assert sum(one.fetches for one in ours) < sum(one.fetches for one in theirs)
    assert sum(one.depth for one in ours) <= sum(one.depth for one in theirs)
    worse = [story for _, _, one, other, story in compared if one > other]
    assert len(worse) <= _TOLERATED, "\n".join(worse)
