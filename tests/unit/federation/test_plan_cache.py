"""Plans are remembered within bounds, made once, and beside the event loop."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from threading import get_ident
from typing import Any

import pytest

from gateway.federation import Engine, FetchRequest, compose
from gateway.federation.plan_cache import PlanCache
from gateway.federation.plan_weight import weight_of
from gateway.federation.planning.planner import Planner
from tests.unit.federation.federated import subgraph


def cache(entries: int = 10, weight: int = 1_000) -> PlanCache[str, str]:
    return PlanCache(entries, weight)


def test_what_was_used_least_goes_first() -> None:
    kept = cache(entries=3)
    for name in "abcd":
        kept.put(name, name, 1)
    assert [kept.get(name) for name in "abcd"] == [None, "b", "c", "d"]


def test_the_weight_of_all_values_is_bounded() -> None:
    kept = cache(weight=100)
    kept.put("a", "a", 60)
    kept.put("b", "b", 60)
    assert (kept.get("a"), kept.get("b"), kept.weight) == (None, "b", 60)
    kept.put("c", "c", 101)
    assert (kept.get("c"), kept.weight, len(kept)) == (None, 60, 1)


def test_a_value_that_grows_is_weighed_again() -> None:
    kept = cache(weight=100)
    kept.put("a", "a", 10)
    kept.put("b", "b", 10)
    kept.put("a", "A", 95)
    assert (kept.get("a"), kept.get("b"), kept.weight) == ("A", None, 95)


def test_a_flood_of_values_that_nobody_asks_for_twice_leaves_the_others_alone() -> None:
    kept = cache(entries=10)
    for name in "abc":
        kept.put(name, name, 1)
        assert kept.get(name) == name
    for number in range(1_000):
        kept.put(str(number), "flood", 1)
    assert [kept.get(name) for name in "abc"] == ["a", "b", "c"]
    assert len(kept) == 10


def test_proven_values_that_are_no_longer_used_make_room_in_the_end() -> None:
    kept = cache(entries=10)
    kept.put("old", "old", 1)
    kept.get("old")
    for number in range(20):
        kept.put(str(number), "new", 1)
        kept.get(str(number))
    assert kept.get("old") is None
    assert len(kept) <= 10


def engine(**options: Any) -> Engine:
    async def fetch(name: str, request: FetchRequest) -> Any:
        return {"data": {"n": 1}}

    return Engine(compose([subgraph("a", "type Query { n: Int }")]), fetch, **options)


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The threads in which operations were planned."""
    threads: list[int] = []
    plan = Planner.plan

    def watched(self: Planner, operation: Any) -> Any:
        threads.append(get_ident())
        return plan(self, operation)

    monkeypatch.setattr(Planner, "plan", watched)
    return threads


async def test_an_operation_that_many_send_at_once_is_planned_once(planned: list[int]) -> None:
    one = engine()
    answers = await asyncio.gather(*(one.execute("{ n }") for _ in range(50)))
    assert answers == [{"data": {"n": 1}}] * 50
    assert len(planned) == 1


async def test_the_event_loop_does_not_wait_for_planning(planned: list[int]) -> None:
    await engine().execute("{ n }")
    assert planned
    assert get_ident() not in planned


async def test_a_caller_who_goes_away_does_not_take_the_plan_from_the_others() -> None:
    one = engine()
    first = asyncio.ensure_future(one.execute("{ n }"))
    second = asyncio.ensure_future(one.execute("{ n }"))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == {"data": {"n": 1}}
    assert first.cancelled()


async def test_what_is_wrong_is_told_to_everybody_who_waits() -> None:
    one = engine()
    answers: Any = await asyncio.gather(*(one.execute("{ nope }") for _ in range(5)))
    assert {answer["errors"][0]["extensions"]["code"] for answer in answers} == {
        "GRAPHQL_VALIDATION_FAILED"
    }


def test_operations_that_select_much_are_forgotten_earlier() -> None:
    one = engine(cache_weight=500_000)
    small, large = "{ n }", "{ " + " ".join(f"a{number}: n" for number in range(100)) + " }"
    kept = one.plan(small)
    assert one.plan(small) is kept
    flood = [one.plan(f"query Q{number} {large}") for number in range(5)]
    assert one.plan(small) is kept
    assert one.plan(f"query Q4 {large}") is flood[4]
    assert one.plan(f"query Q0 {large}") is not flood[0]


@pytest.mark.parametrize("size", [1, 30, 300])
def test_the_weight_of_an_operation_is_near_what_it_takes(size: int) -> None:
    one = engine()
    one.plan("{ n }")
    query = "{ " + " ".join(f"a{number}: n" for number in range(size)) + " }"
    gc.collect()
    tracemalloc.start()
    try:
        plan = one.plan(query)
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    weight = weight_of(plan.operation, query, one.supergraph)
    assert weight / 5 < taken < weight * 2
