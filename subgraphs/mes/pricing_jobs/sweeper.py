"""Finds the pricing jobs that fell out of the queue, and those that nobody can compute."""

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement

from shared.live import changed
from shared.service import Runtime
from subgraphs.mes.orders.repository import OrderRepository
from subgraphs.mes.orders.service import OrderPricing
from subgraphs.mes.pricing_jobs.calling import call_worker, pool_of, promote
from subgraphs.mes.pricing_jobs.ending import finish
from subgraphs.mes.pricing_jobs.leases import PricingJobLeases, topic_of
from subgraphs.mes.pricing_jobs.repository import PricingJobRepository, forsaken
from subgraphs.mes.pricing_jobs.stage import MOST_ATTEMPTS, Lane, Stage
from subgraphs.mes.pricing_jobs.tables import PricingJobRow
from subgraphs.mes.refusal import Refusal

EVERY_SECONDS = 0.5
PATIENCE = timedelta(seconds=2)
GRACE = timedelta(seconds=10)
AT_ONCE = 50
PROMOTION_PAUSE_SECONDS = 10.0
GIVEN_UP = Refusal(
    "NEEDS_ATTENTION",
    f"Computing this price broke down {MOST_ATTEMPTS} times. We have been told and look into it; "
    "you can also export the part in another format and upload it again.",
)
MODEL_UNKNOWN = Refusal(
    "MODEL_UNKNOWN",
    "No file with this model's id has arrived. Upload the model, wait until it is ready, and put "
    "it into the order again.",
)
_log = structlog.get_logger(__name__)


class PricingSweeper:
    """Safe to run in several processes at once: each takes rows that no other has locked."""

    def __init__(
        self,
        runtime: Runtime,
        pricing: OrderPricing,
        patience: timedelta = PATIENCE,
        grace: timedelta = GRACE,
    ) -> None:
        self._runtime = runtime
        self._pricing = pricing
        self._patience = patience
        self._grace = grace
        self._promoted_at: float | None = None

    async def run(self) -> None:
        """Sweep until cancelled; a sweep that fails is logged and repeated."""
        while True:
            try:
                await self.sweep()
            except Exception:
                _log.warning("sweep of pricing jobs failed, trying again", exc_info=True)
            await asyncio.sleep(EVERY_SECONDS)

    async def sweep(self) -> None:
        """Look once: call workers again, promote who has waited long, give up what crashes."""
        async with self._runtime.database.glance() as session:
            if not await PricingJobRepository(session).any_open():
                return
        await self._promote()
        await self._resume_overlooked()
        await self._end(PricingJobLeases.hopeless(self._grace), Stage.NEEDS_ATTENTION, GIVEN_UP)
        # Twice the life of an upload's address: nothing can arrive any more.
        waited = timedelta(seconds=2 * self._runtime.settings.upload_url_seconds)
        await self._end(forsaken(waited), Stage.FAILED, MODEL_UNKNOWN)
        for lane in Lane:
            await self._call_again(lane)

    async def _call_again(self, lane: Lane) -> None:
        async with self._runtime.database.reading() as session:
            silent = await PricingJobRepository(session).silent(lane, self._patience, AT_ONCE)
        lost = await self._lost(silent)
        if not lost:
            return
        async with self._runtime.database.transaction() as session:
            jobs = PricingJobRepository(session)
            for job in await jobs.lock_silent(lost, self._patience):
                _log.info("calling a worker again", job_id=str(job.id), attempts=job.attempts)
                call_worker(session, self._runtime.queue, job)

    async def _lost(self, silent: Sequence[PricingJobRow]) -> Sequence[UUID]:
        """The jobs whose call no worker will hear: another beside one that waits would be waste,
        and while all workers are away they would pile up."""
        queue = self._runtime.queue
        lost: list[UUID] = []
        for pool in Lane:
            called = {job.id: job.call_id or "" for job in silent if pool_of(job) is pool}
            waiting = await queue.waiting(pool.value, called.values()) if called else frozenset()
            gone = {job_id: call for job_id, call in called.items() if call not in waiting}
            await queue.forget(pool.value, gone.values())
            lost += gone
        return lost

    async def _promote(self) -> None:
        """One job at a time, and while its own pool works another only after a pause: a long line
        of shoppers must not become the line in which partners wait."""
        waited = timedelta(seconds=self._runtime.settings.pricing_promote_seconds)
        async with self._runtime.database.transaction() as session:
            jobs = PricingJobRepository(session)
            head = await jobs.head(Lane.REGULAR, AT_ONCE)
            served = any(stage == Stage.RUNNING for stage, _ in head)
            if any(promoted for _, promoted in head) or (served and self._pauses()):
                return
            job = await jobs.lock_overdue(waited)
            if job is not None:
                promote(session, self._runtime.queue, job)
                self._promoted_at = time.monotonic()

    def _pauses(self) -> bool:
        last = self._promoted_at
        return last is not None and time.monotonic() - last < PROMOTION_PAUSE_SECONDS

    async def _resume_overlooked(self) -> None:
        async with self._runtime.database.reading() as session:
            overlooked = await PricingJobRepository(session).overlooked(AT_ONCE)
        for order_id, job_id in overlooked:
            async with self._runtime.database.transaction() as session:
                await self._pricing.resume(session, order_id, job_id)

    async def _end(self, condition: ColumnElement[bool], stage: Stage, refusal: Refusal) -> None:
        async with self._runtime.database.reading() as session:
            matching = await PricingJobRepository(session).matching(condition, AT_ONCE)
        for job in matching:
            await self._end_one(job, condition, stage, refusal)

    async def _end_one(
        self,
        found: PricingJobRow,
        condition: ColumnElement[bool],
        stage: Stage,
        refusal: Refusal,
    ) -> None:
        async with self._runtime.database.transaction() as session:
            order = None
            if found.order_id is not None:
                order = await OrderRepository(session).lock(found.order_id)
            job = await PricingJobRepository(session).lock_matching(condition, found.id)
            if job is None:
                return
            _log.error(
                "pricing job is given up",
                job_id=str(job.id),
                order_id=str(job.order_id),
                code=refusal.code,
            )
            finish(job, stage, refusal)
            changed(session, topic_of(job))
            if order is not None and order.revision == job.revision:
                await self._pricing.fail(session, order, refusal)
