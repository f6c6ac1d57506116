"""When a worker process is told to end."""

import asyncio
import os
import signal

import pytest

from partline.wiring.workers import until_signal


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_a_worker_that_is_not_ready_yet(told: signal.Signals) -> None:
    given_back: list[str] = []

    async def start() -> None:
        os.kill(os.getpid(), told)
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            given_back.append("its lease")

    await asyncio.wait_for(until_signal(start()), 20)
    assert given_back == ["its lease"]


async def test_what_ends_a_worker_by_itself_is_told() -> None:
    async def lose_the_queue() -> None:
        raise ConnectionError("the queue is gone")

    with pytest.raises(ConnectionError, match="the queue is gone"):
        await until_signal(lose_the_queue())
