"""A worker process that is killed while it computes."""

import asyncio
import os
import sys
import textwrap
from pathlib import Path

from shared.messaging.events import OrderPriceCalculated
from tests.integration.mes.conftest import Mes
from tests.patience import line_of

WORKER = """
    import asyncio, sys
    from uuid import UUID
    from db.engine import Database
    from shared.service import Runtime
    from shared.settings import Settings
    from shared.storage import ObjectStorage
    from subgraphs.mes.analyses.computing import Computing
    from subgraphs.mes.orders.service import OrderPricing
    from subgraphs.mes.pricing_jobs.worker import PricingWorker

    async def hang(*_, **__):
        print("computing", flush=True)
        await asyncio.Event().wait()

    async def main():
        Computing.analyse = hang
        settings = Settings(pricing_lease_seconds=0.3)
        database = Database(sys.argv[1], name="mes")
        runtime = Runtime(settings, database, ObjectStorage(settings), None)
        await PricingWorker(runtime, OrderPricing(runtime), nice=0).run(UUID(sys.argv[2]))

    asyncio.run(main())
"""


async def test_a_job_survives_the_death_of_its_worker(mes: Mes, tmp_path: Path) -> None:
    order_id = await mes.order(await mes.upload(), material="PA12")
    (job_id,) = [job for job, order in await mes.jobs("id, order_id") if order == order_id]
    mes.calls.made.clear()
    program = tmp_path / "worker.py"
    program.write_text(textwrap.dedent(WORKER))
    worker = await asyncio.create_subprocess_exec(
        sys.executable,
        str(program),
        mes.graph.database.url,
        str(job_id),
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.getcwd()},
    )
    assert await line_of(worker) == b"computing\n"
    worker.kill()
    await worker.wait()
    assert await mes.jobs("stage, attempts") == [("queued", 0), ("running", 1)]

    async with asyncio.timeout(60):
        while not await mes.graph.published(order_id):
            await mes.sweep()
            await mes.work()
    (event,) = await mes.graph.published(order_id)
    assert isinstance(event, OrderPriceCalculated)
