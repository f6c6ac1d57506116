"""Workers that are stopped, or killed in the worst moment, as processes of their own."""

import asyncio
import os
import signal
import sys
import textwrap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from shared.messaging.events import OrderPriceCalculated, OrderPricingFailed
from subgraphs.mes.pricing_jobs.stage import MOST_ATTEMPTS
from tests.integration.mes.conftest import Mes
from tests.patience import line_of

WORKER = """
    import asyncio, sys
    from uuid import UUID
    from db.engine import Database
    from jobs.pricing import analyse
    from shared.service import Runtime
    from shared.settings import Settings
    from shared.storage import ObjectStorage
    from subgraphs.mes.analyses.computing import Computed, Computing
    from subgraphs.mes.orders.service import OrderPricing
    from subgraphs.mes.pricing_jobs.worker import PricingWorker
    from subgraphs.mes.refusal import Refusal

    async def analyse(self, file, requests, **_):
        print("computed", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        return [Computed(one, Refusal("WRONG", "A stale answer."), 1.0) for one in requests]

    async def main():
        Computing.analyse = analyse
        settings = Settings(pricing_lease_seconds=0.5)
        database = Database(sys.argv[1], name="mes")
        runtime = Runtime(settings, database, ObjectStorage(settings), None)
        await PricingWorker(runtime, OrderPricing(runtime), nice=0).run(UUID(sys.argv[2]))
        print("ended", flush=True)

    asyncio.run(main())
"""


@asynccontextmanager
async def worker_that_computed(
    mes: Mes, job_id: UUID, folder: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that holds the job and has an answer, but has not written it."""
    program = folder / "worker.py"
    program.write_text(textwrap.dedent(WORKER))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(program),
        mes.graph.database.url,
        str(job_id),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.getcwd()},
    )
    await said(process, b"computed\n")
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def said(process: asyncio.subprocess.Process, line: bytes) -> None:
    """Read what the process prints, its log as well, up to this line."""
    while (read := await line_of(process)) != line:
        assert read, "the process ended"


async def queued_order(mes: Mes) -> tuple[UUID, UUID]:
    model_id = await mes.upload()
    await mes.work()
    order_id = await mes.order(model_id, scale=1.25)
    mes.calls.made.clear()
    (job_id,) = [job for job, order in await mes.jobs("id, order_id") if order == order_id]
    return order_id, job_id


async def priced_by_others(mes: Mes, order_id: UUID) -> None:
    async with asyncio.timeout(60):
        while not await mes.graph.published(order_id):
            await mes.sweep()
            await mes.work()


async def test_a_worker_that_was_stopped_past_its_lease_writes_nothing_when_it_goes_on(
    mes: Mes, tmp_path: Path
) -> None:
    order_id, job_id = await queued_order(mes)
    async with worker_that_computed(mes, job_id, tmp_path) as worker:
        worker.send_signal(signal.SIGSTOP)
        await priced_by_others(mes, order_id)
        assert worker.stdin is not None
        worker.stdin.write(b"go on\n")
        worker.send_signal(signal.SIGCONT)
        await said(worker, b"ended\n")
    (event,) = await mes.graph.published(order_id)
    assert isinstance(event, OrderPriceCalculated)
    async with mes.graph.database.reading() as session:
        stale = "select count(*) from analysis where refusal_code = 'WRONG'"
        assert await session.scalar(sa.text(stale)) == 0


async def test_a_worker_that_is_killed_between_computing_and_saving_costs_one_attempt(
    mes: Mes, tmp_path: Path
) -> None:
    order_id, job_id = await queued_order(mes)
    async with worker_that_computed(mes, job_id, tmp_path) as worker:
        worker.kill()
        await worker.wait()
    await priced_by_others(mes, order_id)
    (event,) = await mes.graph.published(order_id)
    assert isinstance(event, OrderPriceCalculated)
    assert (await mes.jobs("stage, attempts"))[-1] == ("done", 2)


async def test_a_worker_that_is_merely_slow_is_not_taken_for_dead_for_good(
    mes: Mes, tmp_path: Path
) -> None:
    """However often it loses its lease: as long as it lives to say so, no person is asked."""
    order_id, job_id = await queued_order(mes)
    for _ in range(MOST_ATTEMPTS + 1):
        async with worker_that_computed(mes, job_id, tmp_path) as worker:
            worker.send_signal(signal.SIGSTOP)
            await taken_away(mes, job_id)
            worker.send_signal(signal.SIGCONT)
            await said(worker, b"ended\n")
        await mes.sweep()
    await priced_by_others(mes, order_id)
    (event,) = await mes.graph.published(order_id)
    assert not isinstance(event, OrderPricingFailed)


async def taken_away(mes: Mes, job_id: UUID) -> None:
    """Another worker takes the job as soon as its lease has run out, and gives it back."""
    took = """update pricing_job set lease_token = null, stage = 'queued'
      where id = :id and lease_until < clock_timestamp() returning id"""
    async with asyncio.timeout(30):
        while True:
            async with mes.graph.database.transaction() as session:
                if await session.scalar(sa.text(took), {"id": job_id}) is not None:
                    return
            await asyncio.sleep(0.02)
