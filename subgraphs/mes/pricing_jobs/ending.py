"""The end of a pricing job."""

from sqlalchemy import func

from subgraphs.mes.pricing_jobs.stage import Stage
from subgraphs.mes.pricing_jobs.tables import PricingJobRow
from subgraphs.mes.refusal import Refusal


def finish(job: PricingJobRow, stage: Stage, refusal: Refusal | None = None) -> None:
    """Nothing will be computed for this job any more. Its lease ends with it."""
    job.stage = stage
    job.lease_token = job.lease_until = None
    job.finished_at = func.clock_timestamp()
    if refusal is not None:
        job.problem_code, job.problem_message = refusal.code, refusal.message
