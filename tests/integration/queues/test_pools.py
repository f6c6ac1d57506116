"""Calls to workers over a real Redis server, and what arq does to them."""

import asyncio
import os
import sys
import textwrap
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from jobs.pools import NothingToRun, attend, build, run, stop
from jobs.queues import Pool, Queue, connect, dump, load
from shared.service import QueueUnavailable
from shared.settings import Settings
from tests.patience import cancelled, line_of

SECONDS = 1800


@pytest_asyncio.fixture
async def queue_url(valkey_url: str) -> AsyncIterator[str]:
    url = valkey_url.removesuffix("/0") + "/7"
    redis = connect(url)
    await redis.flushdb()
    yield url
    await redis.aclose()


async def work(url: str, *tasks: object, pool: Pool = Pool.REGULAR) -> None:
    """Run what is called for, until nothing is left."""
    worker = build(pool, tasks, url, seconds=SECONDS)  # type: ignore[arg-type]
    worker.burst = True
    await worker.async_run()
    await stop(worker)


async def test_a_call_reaches_the_task_of_its_name_with_its_arguments(queue_url: str) -> None:
    seen: list[tuple[str, ...]] = []

    async def greet(*arguments: str) -> None:
        seen.append(arguments)

    queue = Queue(queue_url)
    await queue.enqueue("regular", "greet", "a", "b")
    await queue.close()
    await work(queue_url, greet)
    assert seen == [("a", "b")]


async def test_each_pool_sees_its_own_calls_alone(queue_url: str) -> None:
    seen: list[str] = []

    async def note(word: str) -> None:
        seen.append(word)

    queue = Queue(queue_url)
    await queue.enqueue("priority", "note", "partner")
    await queue.enqueue("regular", "note", "shopper")
    await queue.close()
    await work(queue_url, note, pool=Pool.PRIORITY)
    assert seen == ["partner"]


async def test_the_same_call_can_be_made_again_and_again(queue_url: str) -> None:
    seen: list[str] = []

    async def note(word: str) -> None:
        seen.append(word)

    queue = Queue(queue_url)
    for _ in range(3):
        await queue.enqueue("regular", "note", "same")
        await work(queue_url, note)
    await queue.enqueue("regular", "note", "same")
    await queue.enqueue("regular", "note", "same")
    await work(queue_url, note)
    await queue.close()
    assert seen == ["same"] * 5


async def test_a_task_that_fails_leaves_nothing_in_the_queue(queue_url: str) -> None:
    async def fail(_: str) -> None:
        raise ValueError("broken")

    queue = Queue(queue_url)
    await queue.enqueue("regular", "fail", "x")
    await queue.close()
    await work(queue_url, fail)
    redis = connect(queue_url)
    assert await redis.keys("arq:*") == []
    assert await redis.zcard(Pool.REGULAR.queue_name) == 0
    await redis.aclose()


async def test_what_travels_is_json(queue_url: str) -> None:
    queue = Queue(queue_url)
    await queue.enqueue("models", "process_model", "an-id")
    await queue.close()
    redis = connect(queue_url)
    (key,) = await redis.keys("arq:job:*")
    message = load(await redis.get(key))
    await redis.aclose()
    assert (message["f"], message["a"]) == ("process_model", ["an-id"])
    with pytest.raises(ValueError, match="not a message"):
        load(dump([1]))


async def test_a_queue_that_is_away_says_so() -> None:
    queue = Queue("redis://127.0.0.1:1/0")
    with pytest.raises(QueueUnavailable):
        await queue.enqueue("regular", "note", "x")
    await queue.close()


async def test_a_pool_without_work_is_an_error() -> None:
    with pytest.raises(NothingToRun):
        await run("regular", [], Settings())


@pytest.mark.parametrize("steps", range(40))
async def test_a_worker_ends_at_whatever_moment_of_its_start_it_is_told_to(
    queue_url: str, steps: int
) -> None:
    async def note(_: str) -> None: ...

    worker = build(Pool.REGULAR, [note], queue_url, seconds=SECONDS)
    working = asyncio.create_task(attend(worker))
    for _ in range(steps):
        await asyncio.sleep(0)
    working.cancel()
    _, still = await asyncio.wait({working}, timeout=20)
    assert not still
    assert worker.main_task is None or worker.main_task.done()
    await stop(worker)


WORKER = """
    import asyncio, sys
    from jobs.pools import build
    from jobs.queues import Pool

    async def hang(word):
        print("started", word, flush=True)
        await asyncio.Event().wait()

    async def main():
        await build(Pool.REGULAR, [hang], sys.argv[1], seconds=1800).async_run()

    asyncio.run(main())
"""


async def test_after_a_worker_was_killed_a_fresh_call_is_served_at_once(
    queue_url: str, tmp_path: Path
) -> None:
    """The old call stays locked for the longest time limit of the pool; a fresh one does not."""
    program = tmp_path / "worker.py"
    program.write_text(textwrap.dedent(WORKER))
    queue = Queue(queue_url)
    await queue.enqueue("regular", "hang", "one")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(program),
        queue_url,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.getcwd()},
    )
    assert await line_of(process) == b"started one\n"
    process.kill()
    await process.wait()

    redis = connect(queue_url)
    (locked,) = await redis.keys("arq:in-progress:*")
    assert await redis.pttl(locked) > SECONDS * 1000 / 2
    await redis.aclose()

    seen: list[str] = []
    served = asyncio.Event()

    async def hang(word: str) -> None:
        seen.append(word)
        served.set()

    await queue.enqueue("regular", "hang", "one")
    await queue.close()
    worker = build(Pool.REGULAR, [hang], queue_url, seconds=SECONDS)
    running = asyncio.create_task(worker.async_run())
    waiting = asyncio.create_task(served.wait())
    await asyncio.wait({running, waiting}, timeout=60, return_when=asyncio.FIRST_COMPLETED)
    await cancelled(waiting, running)
    await stop(worker)
    assert seen == ["one"]
