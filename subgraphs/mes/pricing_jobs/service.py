"""What staff do about pricing jobs."""

from uuid import UUID

from shared.errors import Conflict, NotFound
from shared.identity import STAFF, Identity, require
from shared.live import changed
from shared.service import Runtime
from subgraphs.mes.orders.repository import OrderRepository
from subgraphs.mes.pricing_jobs.calling import put_in_line
from subgraphs.mes.pricing_jobs.leases import topic_of
from subgraphs.mes.pricing_jobs.repository import PricingJobRepository
from subgraphs.mes.pricing_jobs.stage import Stage
from subgraphs.mes.pricing_jobs.tables import PricingJobRow


async def try_again(runtime: Runtime, identity: Identity, job_id: UUID) -> PricingJobRow:
    """Put a job that needs attention in line once more, with all its attempts before it.

    One that is in line or runs stays as it is, so a second click does no harm. Raises NotFound,
    Forbidden, and Conflict JOB_ENDED or ORDER_CHANGED when there is nothing to compute any more.
    """
    require(identity, *STAFF)
    async with runtime.database.transaction() as session:
        jobs = PricingJobRepository(session)
        found = await jobs.find(job_id)
        order = None
        if found is not None and found.order_id is not None:
            order = await OrderRepository(session).lock(found.order_id)
        job = await jobs.lock(job_id)
        if job is None:
            raise NotFound("There is no such pricing job. Reload the page.")
        if job.stage in {Stage.QUEUED, Stage.RUNNING}:
            return job
        if job.stage != Stage.NEEDS_ATTENTION:
            raise Conflict("This pricing job has ended: nothing is left to compute.", "JOB_ENDED")
        if order is not None and order.revision != job.revision:
            raise Conflict(
                "The order was changed since: its newer lines are priced by another job.",
                "ORDER_CHANGED",
            )
        if job.analysis_key is not None:
            newer = await jobs.latest_for_key(job.analysis_key)
            if newer is not None and newer.stage in {Stage.QUEUED, Stage.RUNNING}:
                return newer
        job.attempts = job.forgiven = 0
        job.problem_code = job.problem_message = job.finished_at = job.queued_at = None
        put_in_line(session, runtime.queue, job)
        changed(session, topic_of(job))
    return job
