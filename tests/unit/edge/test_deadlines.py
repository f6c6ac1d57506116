"""One timer for the time limits of many."""

import asyncio

import pytest

from gateway.edge.deadlines import Deadlines


async def forever(deadlines: Deadlines) -> None:
    with deadlines.watched():
        await asyncio.Event().wait()


async def test_what_takes_too_long_ends_and_what_does_not_goes_on() -> None:
    deadlines = Deadlines(0.02)
    with deadlines.watched():
        await asyncio.sleep(0)
    running = [asyncio.create_task(forever(deadlines)) for _ in range(3)]
    ended = await asyncio.gather(*running, return_exceptions=True)
    assert [type(one) for one in ended] == [TimeoutError] * 3
    with pytest.raises(TimeoutError):
        await forever(deadlines)


async def test_each_has_all_of_its_time() -> None:
    deadlines = Deadlines(0.05)
    first = asyncio.create_task(forever(deadlines))
    await asyncio.sleep(0.03)
    second = asyncio.create_task(forever(deadlines))
    with pytest.raises(TimeoutError):
        await first
    assert not second.done()
    with pytest.raises(TimeoutError):
        await second


async def test_a_cancelled_task_stays_cancelled() -> None:
    deadlines = Deadlines(60)
    running = asyncio.create_task(forever(deadlines))
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_task_that_is_cancelled_as_its_time_ends_is_cancelled() -> None:
    deadlines = Deadlines(60)
    running = asyncio.create_task(forever(deadlines))
    await asyncio.sleep(0)
    (watched,) = deadlines._under_way
    watched.expire()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_an_error_within_the_time_is_raised_as_it_is() -> None:
    deadlines = Deadlines(60)
    with pytest.raises(KeyError), deadlines.watched():
        raise KeyError
    assert not deadlines._under_way


async def test_the_inner_of_two_limits_ends_only_its_own_block() -> None:
    outer, inner = Deadlines(60), Deadlines(0.01)
    with outer.watched():
        with pytest.raises(TimeoutError):
            await forever(inner)
        await asyncio.sleep(0)
    assert asyncio.current_task().cancelling() == 0  # type: ignore[union-attr]


def test_limits_hold_on_every_loop() -> None:
    deadlines = Deadlines(0.01)

    async def once() -> None:
        with pytest.raises(TimeoutError):
            await forever(deadlines)

    async def leaves_a_timer_behind() -> None:
        with deadlines.watched():
            await asyncio.sleep(0)

    for run in (leaves_a_timer_behind, once):
        with asyncio.Runner() as runner:
            runner.run(run())
