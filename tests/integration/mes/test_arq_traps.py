"""What arq does to calls, on a real Valkey and with real workers, and that the row and its sweeper
make each of it harmless.

Each test first lets arq's workers do all they can alone: the price does not come. Then it sweeps.
"""

import asyncio
import os
import sys
import textwrap
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest_asyncio
from arq.connections import ArqRedis
from arq.worker import Worker

from jobs.pools import attend, build, stop
from jobs.queues import Pool, Queue, connect
from shared.messaging.events import OrderPriceCalculated
from subgraphs.mes.main import create
from subgraphs.mes.orders.service import OrderPricing
from subgraphs.mes.pricing_jobs.calling import TASK
from subgraphs.mes.pricing_jobs.sweeper import PricingSweeper
from tests.integration.mes.conftest import Mes
from tests.integration.subgraph import Subgraph
from tests.patience import cancelled, line_of

LONGEST_SECONDS = 1797.0  # and arq adds ten
DAY = timedelta(days=1)
POOL = Pool.REGULAR


@dataclass(frozen=True)
class OnArq:
    """mes whose calls go through arq."""

    mes: Mes
    url: str
    redis: ArqRedis

    async def order(self) -> UUID:
        """An order whose price has to be computed; a worker was called for it."""
        return await self.mes.order(await self.mes.upload(), material="PA12")

    async def work(self, tries: int = 1_000_000) -> None:
        """Let a worker take every call that it can have. arq drops what was tried `tries` times."""
        tasks = self.mes.graph.service.tasks[POOL.value]
        worker = build(POOL, tasks, self.url, seconds=LONGEST_SECONDS)
        worker.max_tries = tries
        running = asyncio.create_task(attend(worker))
        try:
            async with asyncio.timeout(60):
                # arq sets no event when it has looked, or has nothing left to do.
                while not running.done() and not await self.is_idle(worker):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        finally:
            await cancelled(running)
            await stop(worker)

    async def is_idle(self, worker: Worker) -> bool:
        """Whether a worker has looked at the queue and found nothing that it can take."""
        if worker.tasks or not await self.redis.exists(worker.health_check_key):
            return False
        return all([await self.is_locked(call) for call in await self.calls()])

    async def calls(self) -> list[str]:
        """The ids of all calls in the queue."""
        return [call.decode() for call in await self.redis.zrange(POOL.queue_name, 0, -1)]

    async def is_locked(self, call: str) -> bool:
        return bool(await self.redis.exists(f"arq:in-progress:{call}"))

    async def sweep(self) -> None:
        pricing = OrderPricing(self.mes.runtime)
        await PricingSweeper(self.mes.runtime, pricing, timedelta(0), timedelta(0)).sweep()

    async def has_price(self, order_id: UUID) -> bool:
        events = await self.mes.graph.published(order_id)
        assert len(events) <= 1
        return any(isinstance(event, OrderPriceCalculated) for event in events)

    async def needs_the_sweeper(self, order_id: UUID) -> None:
        """arq alone brings no price; after one sweep it does."""
        await self.work()
        assert not await self.has_price(order_id)
        await self.sweep()
        await self.work()
        assert await self.has_price(order_id)


@pytest_asyncio.fixture
async def arq(mes: Mes, valkey_url: str) -> AsyncIterator[OnArq]:
    url = valkey_url.removesuffix("/0") + "/8"
    redis, queue = connect(url), Queue(url)
    await redis.flushdb()
    runtime = replace(mes.runtime, queue=queue)
    on_arq = Mes(Subgraph(create(runtime)), runtime, mes.calls, mes.part)
    yield OnArq(on_arq, url, redis)
    await queue.close()
    await redis.aclose()


WORKER = """
    import asyncio, sys
    from jobs.pools import build
    from jobs.queues import Pool

    async def run_pricing_job(job_id):
        print("taken", flush=True)
        await asyncio.Event().wait()

    async def main():
        pool = Pool.REGULAR
        worker = build(pool, [run_pricing_job], sys.argv[1], seconds=float(sys.argv[2]))
        await worker.async_run()

    asyncio.run(main())
"""


async def killed_worker(arq: OnArq, folder: Path) -> None:
    """A worker process takes a call, has not claimed its row yet, and is killed."""
    program = folder / "worker.py"
    program.write_text(textwrap.dedent(WORKER))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(program),
        arq.url,
        str(LONGEST_SECONDS),
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.getcwd()},
    )
    assert await line_of(process) == b"taken\n"
    process.kill()
    await process.wait()


async def test_a_killed_worker_keeps_its_call_locked_for_the_longest_time_limit(
    arq: OnArq, tmp_path: Path
) -> None:
    order_id = await arq.order()
    for call in (await arq.calls())[:-1]:
        await arq.redis.zrem(POOL.queue_name, call)
    (call,) = await arq.calls()
    await killed_worker(arq, tmp_path)
    assert await arq.redis.pttl(f"arq:in-progress:{call}") > LONGEST_SECONDS * 900
    await arq.needs_the_sweeper(order_id)


async def test_calls_that_dead_workers_keep_locked_do_not_hide_the_others(arq: OnArq) -> None:
    """arq looks at the first hundred calls only."""
    order_id = await arq.order()
    (job_id,) = [job for job, order in await arq.mes.jobs("id, order_id") if order == order_id]
    for number in range(100):
        dead = f"dead-{number}"
        await arq.redis.enqueue_job(TASK, str(job_id), _job_id=dead, _queue_name=POOL.queue_name)
        await arq.redis.zadd(POOL.queue_name, {dead: number + 1})
        await arq.redis.psetex(f"arq:in-progress:{dead}", 1_807_000, b"1")
    await arq.mes.runtime.queue.forget(POOL.value, [f"dead-{number}" for number in range(100)])
    await arq.work()
    assert await arq.has_price(order_id)


async def test_after_five_crashes_arq_drops_a_call(arq: OnArq) -> None:
    order_id = await arq.order()
    for call in await arq.calls():
        await arq.redis.set(f"arq:retry:{call}", 5)  # as five killed workers leave it
    await arq.work(tries=5)
    assert await arq.calls() == []
    await arq.needs_the_sweeper(order_id)


async def test_a_definition_that_expired_is_dropped(arq: OnArq) -> None:
    order_id = await arq.order()
    for call in await arq.calls():
        life = await arq.redis.pttl(f"arq:job:{call}")
        assert 0 < life <= DAY.total_seconds() * 1000  # it would be gone after a day
        await arq.redis.delete(f"arq:job:{call}")
    await arq.needs_the_sweeper(order_id)


async def test_a_job_id_that_was_used_before_is_silently_not_enqueued(arq: OnArq) -> None:
    """So each call has an id of its own, also when the row is the same."""
    order_id = await arq.order()
    used = await arq.calls()
    for call in used:
        again = await arq.redis.enqueue_job(TASK, "x", _job_id=call, _queue_name=POOL.queue_name)
        assert again is None
        await arq.redis.zrem(POOL.queue_name, call)
    await arq.needs_the_sweeper(order_id)
    assert not {call for (call,) in await _call_ids(arq)} & set(used)


async def _call_ids(arq: OnArq) -> list[tuple[str]]:
    return [(call,) for call in await arq.mes.jobs("call_id")]


async def test_a_queue_that_was_flushed_is_filled_again(arq: OnArq) -> None:
    order_id = await arq.order()
    await arq.redis.flushdb()
    await arq.needs_the_sweeper(order_id)


async def test_while_workers_are_away_calls_do_not_pile_up(arq: OnArq) -> None:
    order_id = await arq.order()
    before = await arq.calls()
    for _ in range(10):
        await arq.sweep()
    assert await arq.calls() == before
    await arq.work()
    assert await arq.has_price(order_id)


async def test_a_call_that_a_dead_worker_took_is_replaced_once(arq: OnArq) -> None:
    await arq.order()
    before = await arq.calls()
    for call in before:
        await arq.redis.psetex(f"arq:in-progress:{call}", 1_807_000, b"1")
    for _ in range(5):
        await arq.sweep()
    after = await arq.calls()
    assert len(after) == len(before)
    assert not set(after) & set(before)
