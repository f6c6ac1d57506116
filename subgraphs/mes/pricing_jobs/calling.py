"""Calling a worker for a job, after the commit that made the job ready."""

from uuid import uuid4

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import after_commit
from shared.service import JobQueue
from subgraphs.mes.pricing_jobs.stage import Lane, Stage
from subgraphs.mes.pricing_jobs.tables import PricingJobRow

TASK = "run_pricing_job"


def put_in_line(session: AsyncSession, queue: JobQueue, job: PricingJobRow) -> None:
    """The job can be computed now."""
    job.stage = Stage.QUEUED
    job.lease_token = job.lease_until = None
    if job.queued_at is None:
        job.queued_at = func.clock_timestamp()
    call_worker(session, queue, job)


def call_worker(session: AsyncSession, queue: JobQueue, job: PricingJobRow) -> None:
    """Call a worker of the job's pool; a lost call is repeated by the sweeper."""
    _call(session, queue, job, pool_of(job))


def pool_of(job: PricingJobRow) -> Lane:
    """The pool that is called for the job."""
    return Lane.PRIORITY if job.promoted_at is not None else Lane(job.lane)


def promote(session: AsyncSession, queue: JobQueue, job: PricingJobRow) -> None:
    """From now on the job is for the priority pool, whatever its lane."""
    job.promoted_at = func.clock_timestamp()
    _call(session, queue, job, Lane.PRIORITY)


def _call(session: AsyncSession, queue: JobQueue, job: PricingJobRow, pool: Lane) -> None:
    job_id, call_id = str(job.id), uuid4().hex
    job.call_id = call_id
    job.hinted_at = func.clock_timestamp()
    after_commit(
        session,
        f"price {job_id}",
        lambda: queue.enqueue(pool.value, TASK, job_id, call_id=call_id),
    )
