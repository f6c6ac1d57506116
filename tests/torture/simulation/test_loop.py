"""The simulated loop itself: virtual time, chance by the seed alone, and deaths without a trace."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.torture.simulation.loop import SimulatedLoop, Stuck
from tests.torture.simulation.process import Process


def simulate(seed: int, work: Callable[[SimulatedLoop], Awaitable[None]]) -> None:
    loop = SimulatedLoop(seed)

    async def main() -> None:
        await work(loop)

    try:
        loop.run_until_complete(main())
    finally:
        loop.bury()
        loop.close()


def test_sleeping_costs_nothing_and_time_jumps() -> None:
    async def work(loop: SimulatedLoop) -> None:
        await asyncio.gather(asyncio.sleep(86_400), asyncio.sleep(3))
        assert loop.time() == pytest.approx(86_400)

    simulate(1, work)


def _order_of_ten_tasks(seed: int) -> list[int]:
    order: list[int] = []

    async def work(_: SimulatedLoop) -> None:
        async def step(number: int) -> None:
            for _ in range(3):
                await asyncio.sleep(0)
                order.append(number)

        await asyncio.gather(*(step(number) for number in range(10)))

    simulate(seed, work)
    return order


def test_the_seed_decides_which_task_goes_on() -> None:
    orders = [_order_of_ten_tasks(seed) for seed in (1, 1, 2, 3)]
    assert orders[0] == orders[1]
    assert len({tuple(order) for order in orders}) == 3


def test_a_queue_and_an_event_keep_their_promises_in_any_order() -> None:
    async def work(_: SimulatedLoop) -> None:
        queue: asyncio.Queue[int] = asyncio.Queue(2)
        taken: list[int] = []

        async def put() -> None:
            for number in range(50):
                await queue.put(number)

        async def take() -> None:
            while len(taken) < 50:
                taken.append(await queue.get())

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(put())
            tasks.create_task(take())
        assert taken == list(range(50))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 5)

    for seed in range(20):
        simulate(seed, work)


def test_nothing_of_a_killed_process_runs_on() -> None:
    did: list[str] = []

    async def work(loop: SimulatedLoop) -> None:
        async def main(_: Process) -> None:
            try:
                did.append("began")
                await asyncio.sleep(1)
                did.append("went on")
            finally:
                if not over:
                    did.append("tidied up")

        over = False
        process = Process(loop, "victim")
        process.start(main)
        await asyncio.sleep(0.5)
        process.kill()
        await asyncio.sleep(10)
        over = True

    simulate(1, work)
    assert did == ["began"]


def test_a_process_dies_before_the_step_that_was_named() -> None:
    async def work(loop: SimulatedLoop) -> None:
        steps: list[int] = []

        async def main(_: Process) -> None:
            for number in range(100):
                steps.append(number)
                await asyncio.sleep(0.01)

        process = Process(loop, "victim")
        process.kill_in(7)
        process.start(main)
        await asyncio.sleep(10)
        assert not process.alive
        assert len(steps) < 8

    simulate(1, work)


def test_a_stopped_process_stands_still_and_goes_on_late() -> None:
    async def work(loop: SimulatedLoop) -> None:
        woke: list[float] = []

        async def main(_: Process) -> None:
            await asyncio.sleep(1)
            woke.append(loop.time())

        process = Process(loop, "sleeper")
        process.start(main)
        await asyncio.sleep(0.5)
        process.stop()
        await asyncio.sleep(20)
        assert woke == []
        process.go_on()
        await asyncio.sleep(0.1)
        assert woke == pytest.approx([20.5])

    simulate(1, work)


def test_waiting_for_what_nobody_will_do_is_an_error() -> None:
    async def work(loop: SimulatedLoop) -> None:
        await loop.create_future()

    with pytest.raises(Stuck):
        simulate(1, work)
