"""Plans are remembered within bounds, made once, and beside the event loop."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Condition, Event, get_ident
from typing import Any

import pytest

from gateway.federation import Access, Engine, FetchRequest, Subgraph, compose
from gateway.federation.execution.introspection import introspect
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


@dataclass
class Planning:
    """Watches the planner, and holds it back until it is let go."""

    threads: list[int]
    """Those in which operations were planned."""
    may_go_on: Event
    changed: Condition = field(default_factory=Condition)

    async def held(self, count: int) -> None:
        """Wait until so many operations are being planned."""
        await asyncio.to_thread(self._wait, count)

    def _wait(self, count: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.threads) >= count, 60)


@pytest.fixture
def planning(monkeypatch: pytest.MonkeyPatch) -> Iterator[Planning]:
    watched = Planning([], Event())
    plan = Planner.plan

    def watching(self: Planner, operation: Any) -> Any:
        with watched.changed:
            watched.threads.append(get_ident())
            watched.changed.notify_all()
        assert watched.may_go_on.wait(60)
        return plan(self, operation)

    monkeypatch.setattr(Planner, "plan", watching)
    yield watched
    watched.may_go_on.set()


def asked(one: Engine, query: str, times: int = 1, **options: Any) -> list[asyncio.Future[Any]]:
    return [asyncio.ensure_future(one.execute(query, **options)) for _ in range(times)]


async def test_an_operation_that_many_send_at_once_is_planned_once(planning: Planning) -> None:
    answers = asked(engine(), "{ n }", times=50)
    await planning.held(1)
    planning.may_go_on.set()
    assert await asyncio.gather(*answers) == [{"data": {"n": 1}}] * 50
    assert len(planning.threads) == 1


async def test_the_event_loop_does_not_wait_for_planning(planning: Planning) -> None:
    [answer] = asked(engine(), "{ n }")
    await planning.held(1)
    assert not answer.done()
    assert get_ident() not in planning.threads
    planning.may_go_on.set()
    await answer


async def test_the_event_loop_does_not_wait_for_introspection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads: list[int] = []

    def watching(*arguments: Any) -> Any:
        threads.append(get_ident())
        return introspect(*arguments)

    monkeypatch.setattr("gateway.federation.engine.introspect", watching)
    answer = await engine().execute("{ n __schema { queryType { name } } }")
    assert answer == {"data": {"n": 1, "__schema": {"queryType": {"name": "Query"}}}}
    assert len(threads) == 1
    assert get_ident() not in threads


async def test_a_caller_who_goes_away_does_not_take_the_plan_from_the_others(
    planning: Planning,
) -> None:
    busy = [*asked(engine(), "{ n }"), *asked(engine(), "{ n }")]
    await planning.held(2)
    first, second = asked(engine(), "{ n }", times=2)
    await asyncio.sleep(0)
    first.cancel()
    planning.may_go_on.set()
    assert await second == {"data": {"n": 1}}
    assert first.cancelled()
    await asyncio.gather(*busy)


async def test_callers_who_wait_together_get_each_the_plan_for_what_they_may_see(
    planning: Planning,
) -> None:
    link = (
        'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", '
        'import: ["@authenticated"]) '
    )

    async def fetch(name: str, request: FetchRequest) -> Any:
        return {"data": {"n": 1}}

    one = Engine(compose([Subgraph("a", link + "type Query { n: Int @authenticated }")]), fetch)
    known = Access(authenticated=True)
    answers = [
        *asked(one, "{ n }", times=3, access=known),
        *asked(one, "{ n }", times=3),
        *asked(one, "{ n }", times=3, access=known),
    ]
    await planning.held(1)
    planning.may_go_on.set()
    seen = [answer["data"]["n"] for answer in await asyncio.gather(*answers)]
    assert seen == [1, 1, 1, None, None, None, 1, 1, 1]
    assert len(planning.threads) == 2


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
