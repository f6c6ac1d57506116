"""Computing a pricing job: claimed by a lease, and written only while the lease is held."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from jobs.innocence import is_innocent
from jobs.leases import Lease, LeaseLost, Leases
from jobs.scratch import scratch_folder
from shared.live import changed
from shared.service import Runtime
from subgraphs.mes.analyses.computing import Computed, Computing
from subgraphs.mes.analyses.repository import AnalysisRepository
from subgraphs.mes.analyses.request import AnalysisRequest
from subgraphs.mes.files.known import KnownFile
from subgraphs.mes.files.repository import ModelFileRepository
from subgraphs.mes.orders.repository import OrderRepository
from subgraphs.mes.orders.service import OrderPricing
from subgraphs.mes.pricing_jobs.ending import finish
from subgraphs.mes.pricing_jobs.leases import PricingJobLeases, topic_of
from subgraphs.mes.pricing_jobs.repository import PricingJobRepository
from subgraphs.mes.pricing_jobs.stage import Lane, Stage
from subgraphs.mes.pricing_jobs.tables import PricingJobRow

BORROW_AFTER = timedelta(seconds=0.5)
_log = structlog.get_logger(__name__)

PricingLease = Lease[PricingJobRow, AsyncSession]


class PricingWorker:
    """Runs jobs, one at a time for each call. `nice` is how far its computations step back."""

    def __init__(self, runtime: Runtime, pricing: OrderPricing, *, nice: int) -> None:
        self._runtime = runtime
        self._pricing = pricing
        self._nice = nice
        self._leases = Leases(
            runtime.database,
            PricingJobLeases,
            runtime.settings.pricing_lease_seconds,
            is_innocent,
        )

    async def run(self, job_id: UUID) -> None:
        """Compute a job, if nobody else does and it still needs it.

        Raises what went wrong after putting the job back in line; the sweeper counts and decides.
        """
        try:
            await self._leases.work(job_id, self._work)
        except LeaseLost:
            _log.info("pricing job was taken away", job_id=str(job_id))

    async def borrow(self) -> None:
        """Run a partner's job that has waited too long for the slot that is kept for partners."""
        async with self._runtime.database.reading() as session:
            jobs = PricingJobRepository(session)
            waiting = await jobs.oldest_waiting(Lane.PRIORITY, BORROW_AFTER)
        if waiting is not None:
            await self.run(waiting)

    async def _work(self, lease: PricingLease) -> None:
        await self._compute(lease)
        await self._complete(lease)

    async def _compute(self, lease: PricingLease) -> None:
        requests = [AnalysisRequest.from_dict(request) for request in lease.row.requests]
        somebody_looks = lease.row.order_id is None
        files, unknown = await self._unknown(requests)
        with scratch_folder() as folder:
            computing = Computing(self._runtime, self._nice, folder)
            for placement in dict.fromkeys(request.placement for request in unknown):
                file = files[placement[0]]
                together = [request for request in unknown if request.placement == placement]
                for batch in _batches(together, somebody_looks=somebody_looks):
                    looked_at = somebody_looks and batch[0] == requests[0]
                    for computed in await computing.analyse(file, batch, orientations=looked_at):
                        await self._store(lease, file.content_hash, computed)

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

    async def _store(self, lease: PricingLease, content_hash: str, computed: Computed) -> None:
        async with self._runtime.database.transaction() as session:
            await lease.held(session)
            request = computed.request
            await AnalysisRepository(session).store(
                request.key(content_hash),
                content_hash,
                request.profile,
                computed.answer,
                computed.seconds,
            )
            changed(session, topic_of(lease.row))

    async def _complete(self, lease: PricingLease) -> None:
        async with self._runtime.database.transaction() as session:
            if lease.row.order_id is None:
                held = await lease.held(session)
                finish(held, Stage.DONE)
                changed(session, topic_of(held))
                return
            order = await OrderRepository(session).lock(lease.row.order_id)
            held = await lease.held(session)
            if order is None or held.revision != order.revision:
                raise LeaseLost("the order has changed")
            await self._pricing.advance(session, order, held)


def _batches(
    requests: Sequence[AnalysisRequest], *, somebody_looks: bool
) -> Sequence[Sequence[AnalysisRequest]]:
    """What is computed in one go: everything, but the first alone where a person looks at its
    price while the others are computed in case they are asked for."""
    batches = [requests[:1], requests[1:]] if somebody_looks else [requests]
    return [batch for batch in batches if batch]


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
