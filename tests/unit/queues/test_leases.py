"""Holding a lease while computing."""

import asyncio

import pytest

from jobs.leases import LeaseLost, holding


async def test_a_lease_is_renewed_until_the_work_is_done() -> None:
    renewed = asyncio.Semaphore(0)

    async def renew() -> bool:
        renewed.release()
        return True

    async with holding(renew, 0.001):
        for _ in range(3):
            await renewed.acquire()


async def test_work_whose_lease_is_lost_is_stopped() -> None:
    async def renew() -> bool:
        return False

    with pytest.raises(LeaseLost):
        async with asyncio.timeout(30), holding(renew, 0.001):
            await asyncio.Event().wait()
    current = asyncio.current_task()
    assert current is not None
    assert current.cancelling() == 0


async def test_a_renewal_that_fails_is_tried_again() -> None:
    tries = 0
    third = asyncio.Event()

    async def renew() -> bool:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise ConnectionError("the database is away")
        third.set()
        return True

    async with holding(renew, 0.001):
        await third.wait()


async def test_a_cancellation_from_outside_stays_one() -> None:
    started = asyncio.Event()

    async def renew() -> bool:
        return True

    async def work() -> None:
        async with holding(renew, 60):
            started.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_error_of_the_work_is_not_hidden() -> None:
    async def renew() -> bool:
        return True

    with pytest.raises(ZeroDivisionError):
        async with holding(renew, 60):
            raise ZeroDivisionError


async def test_nothing_of_the_heartbeat_is_left_behind() -> None:
    async def renew() -> bool:
        return True

    before = len(asyncio.all_tasks())
    async with holding(renew, 60):
        assert len(asyncio.all_tasks()) == before + 1
    assert len(asyncio.all_tasks()) == before


async def test_a_cancellation_while_the_heartbeat_ends_stays_one() -> None:
    asking, ending, answered = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def renew() -> bool:
        asking.set()
        try:
            await asyncio.Event().wait()
        finally:
            ending.set()
            await answered.wait()
        return True

    async def work() -> None:
        async with holding(renew, 0.001):
            await asking.wait()

    task = asyncio.create_task(work())
    await ending.wait()
    task.cancel()
    answered.set()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_lease_that_is_lost_while_the_work_ends_is_told() -> None:
    lost = asyncio.Event()

    async def renew() -> bool:
        lost.set()
        return False

    with pytest.raises(LeaseLost):
        async with holding(renew, 0.001):
            await lost.wait()
    current = asyncio.current_task()
    assert current is not None
    assert current.cancelling() == 0
