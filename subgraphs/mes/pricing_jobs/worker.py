"""Computing a pricing job: claimed by a lease, and written only while the lease is held."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import structlog

from jobs.leases import LeaseLost, holding
from shared.live import changed
from shared.messaging.faults import is_infrastructure
from shared.service import Runtime
from shared.storage import StorageUnavailable
from subgraphs.mes.analyses.computing import Computed, Computing
from subgraphs.mes.analyses.repository import AnalysisRepository
from subgraphs.mes.analyses.request import AnalysisRequest
from subgraphs.mes.files.known import KnownFile
from subgraphs.mes.files.repository import ModelFileRepository
from subgraphs.mes.orders.repository import OrderRepository
from subgraphs.mes.orders.service import OrderPricing
from subgraphs.mes.pricing_jobs.ending import finish
from subgraphs.mes.pricing_jobs.repository import PricingJobRepository
from subgraphs.mes.pricing_jobs.stage import Lane, Stage
from subgraphs.mes.pricing_jobs.tables import PricingJobRow

BORROW_AFTER = timedelta(seconds=0.5)
_RENEWALS_IN_A_LEASE = 3
_log = structlog.get_logger(__name__)


class PricingWorker:
    """Runs jobs, one at a time for each call. `nice` is how far its computations step back."""

    def __init__(self, runtime: Runtime, pricing: OrderPricing, *, nice: int) -> None:
        self._runtime = runtime
        self._pricing = pricing
        self._nice = nice

    async def run(self, job_id: UUID) -> None:
        """Compute a job, if nobody else does and it still needs it.

        Raises what went wrong after putting the job back in line; the sweeper counts and decides.
        """
        token = uuid4()
        job = await self._claim(job_id, token)
        if job is None:
            return
        lease = self._runtime.settings.pricing_lease_seconds
        try:
            async with holding(partial(self._renew, job_id, token), lease / _RENEWALS_IN_A_LEASE):
                await self._compute(job, token)
                await self._complete(job, token)
        except LeaseLost:
            _log.info("pricing job was taken away", job_id=str(job_id))
        except asyncio.CancelledError:
            await asyncio.shield(self._release(job_id, token, counts=False))
            raise
        except StorageUnavailable:
            await self._release(job_id, token, counts=False)
            raise
        except Exception as error:
            # A database that is restarted says nothing about the job.
            await self._release(job_id, token, counts=not is_infrastructure(error))
            raise

    async def borrow(self) -> None:
        """Run a partner's job that has waited too long for the slot that is kept for partners."""
        async with self._runtime.database.reading() as session:
            jobs = PricingJobRepository(session)
            waiting = await jobs.oldest_waiting(Lane.PRIORITY, BORROW_AFTER)
        if waiting is not None:
            await self.run(waiting)

    async def _claim(self, job_id: UUID, token: UUID) -> PricingJobRow | None:
        lease = self._runtime.settings.pricing_lease_seconds
        async with self._runtime.database.transaction() as session:
            job = await PricingJobRepository(session).claim(job_id, token, lease)
            if job is not None:
                changed(session, topic_of(job))
        return job

    async def _renew(self, job_id: UUID, token: UUID) -> bool:
        lease = self._runtime.settings.pricing_lease_seconds
        async with self._runtime.database.transaction() as session:
            return await PricingJobRepository(session).renew(job_id, token, lease)

    async def _release(self, job_id: UUID, token: UUID, *, counts: bool) -> None:
        async with self._runtime.database.transaction() as session:
            await PricingJobRepository(session).release(job_id, token, counts=counts)

    async def _compute(self, job: PricingJobRow, token: UUID) -> None:
        requests = [AnalysisRequest.from_dict(request) for request in job.requests]
        files, unknown = await self._unknown(requests)
        async with Computing(self._runtime, self._nice) as computing:
            for placement in dict.fromkeys(request.placement for request in unknown):
                file = files[placement[0]]
                together = [request for request in unknown if request.placement == placement]
                for computed in await computing.analyse(file, together):
                    await self._store(job.id, token, file.content_hash, computed)

    async def _unknown(
        self, requests: Sequence[AnalysisRequest]
    ) -> tuple[Mapping[UUID, KnownFile], list[AnalysisRequest]]:
        async with self._runtime.database.reading() as session:
            files = await ModelFileRepository(session).find_many(
                {request.model_id for request in requests}
            )
            usable = {key: file for key, file in files.items() if isinstance(file, KnownFile)}
            keys = {
                request: request.key(usable[request.model_id].content_hash)
                for request in requests
                if request.model_id in usable
            }
            known = await AnalysisRepository(session).find_many(set(keys.values()))
        return usable, [request for request, key in keys.items() if key not in known]

    async def _store(
        self, job_id: UUID, token: UUID, content_hash: str, computed: Computed
    ) -> None:
        async with self._runtime.database.transaction() as session:
            if await PricingJobRepository(session).lock_held(job_id, token) is None:
                raise LeaseLost("another worker has this job")
            request = computed.request
            await AnalysisRepository(session).store(
                request.key(content_hash),
                content_hash,
                request.profile,
                computed.answer,
                computed.seconds,
            )

    async def _complete(self, job: PricingJobRow, token: UUID) -> None:
        async with self._runtime.database.transaction() as session:
            jobs = PricingJobRepository(session)
            if job.order_id is None:
                held = await jobs.lock_held(job.id, token)
                if held is None:
                    raise LeaseLost("another worker has this job")
                finish(held, Stage.DONE)
                changed(session, topic_of(held))
                return
            order = await OrderRepository(session).lock(job.order_id)
            held = await jobs.lock_held(job.id, token)
            if order is None or held is None or held.revision != order.revision:
                raise LeaseLost("another worker has this job, or the order has changed")
            await self._pricing.advance(session, order, held)


def topic_of(job: PricingJobRow) -> str:
    """Whose pages show this job."""
    return f"order:{job.order_id}" if job.order_id is not None else f"quote:{job.model_id}"


def task(worker: PricingWorker, *, borrows: bool) -> Callable[[str], Awaitable[None]]:
    """The task of a pool; a pool that borrows serves partners who wait first."""

    async def run_pricing_job(job_id: str) -> None:
        if borrows:
            try:
                await worker.borrow()
            except Exception:
                # The partner's job is back in line; the one called for must not wait with it.
                _log.warning("a partner's job failed in the regular pool", exc_info=True)
        await worker.run(UUID(job_id))

    return run_pricing_job
