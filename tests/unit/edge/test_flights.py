import asyncio

import pytest

from gateway.edge.graphql.flights import Flights


async def test_what_several_ask_for_at_once_is_executed_once_and_not_kept() -> None:
    flights, executed = Flights[int](), 0

    async def execute() -> int:
        nonlocal executed
        executed += 1
        await asyncio.sleep(0)
        return executed

    assert await asyncio.gather(*(flights.run("a", execute) for _ in range(5))) == [1] * 5
    assert await flights.run("a", execute) == 2


async def test_different_keys_do_not_share() -> None:
    flights = Flights[str]()

    async def say(word: str) -> str:
        await asyncio.sleep(0)
        return word

    answers = await asyncio.gather(
        flights.run(("q", "ann"), lambda: say("ann")), flights.run(("q", "bob"), lambda: say("bob"))
    )
    assert answers == ["ann", "bob"]


@pytest.mark.parametrize("how", ["cancelled", "failed"])
async def test_when_the_first_gives_up_the_next_executes_for_itself(how: str) -> None:
    flights, began, release = Flights[int](), asyncio.Event(), asyncio.Event()

    async def never() -> int:
        began.set()
        await release.wait()
        raise KeyError("gone")

    async def execute() -> int:
        return 7

    first = asyncio.create_task(flights.run("a", never))
    await began.wait()
    followers = [asyncio.create_task(flights.run("a", execute)) for _ in range(3)]
    await asyncio.sleep(0)
    if how == "cancelled":
        first.cancel()
    release.set()
    assert await asyncio.gather(*followers) == [7] * 3
    with pytest.raises(asyncio.CancelledError if how == "cancelled" else KeyError):
        await first


async def test_a_follower_that_leaves_takes_nobody_along() -> None:
    flights, began, release = Flights[int](), asyncio.Event(), asyncio.Event()

    async def execute() -> int:
        began.set()
        await release.wait()
        return 7

    first = asyncio.create_task(flights.run("a", execute))
    await began.wait()
    follower = asyncio.create_task(flights.run("a", execute))
    await asyncio.sleep(0)
    follower.cancel()
    await asyncio.gather(follower, return_exceptions=True)
    release.set()
    assert await first == 7
