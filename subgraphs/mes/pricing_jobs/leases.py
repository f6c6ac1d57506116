"""Who may write the result of a pricing job."""

from types import MappingProxyType
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_

from jobs.leased_rows import NOW, SqlLeasedRows
from shared.live import changed
from subgraphs.mes.pricing_jobs.stage import MOST_ATTEMPTS, MOST_FORGIVEN, Stage
from subgraphs.mes.pricing_jobs.tables import PricingJobRow


class PricingJobLeases(SqlLeasedRows[PricingJobRow]):
    """`jobs.leases.LeasedRows` of pricing jobs, which are in line until one is taken."""

    row = PricingJobRow
    most_attempts = MOST_ATTEMPTS
    most_forgiven = MOST_FORGIVEN
    when_taken = MappingProxyType({"stage": Stage.RUNNING, "started_at": NOW})
    when_released = MappingProxyType({"stage": Stage.QUEUED})

    @classmethod
    def unattended(cls) -> ColumnElement[bool]:
        left = and_(cls.under_way(), PricingJobRow.lease_until < NOW)
        return or_(PricingJobRow.stage == Stage.QUEUED, left)

    @classmethod
    def under_way(cls) -> ColumnElement[bool]:
        return PricingJobRow.stage == Stage.RUNNING

    @classmethod
    def is_open(cls) -> ColumnElement[bool]:
        return PricingJobRow.stage.in_((Stage.QUEUED, Stage.RUNNING))

    async def claim(self, row_id: UUID, token: UUID, seconds: float) -> PricingJobRow | None:
        """As it is promised; the pages that show the job hear of it."""
        job = await super().claim(row_id, token, seconds)
        if job is not None:
            changed(self._session, topic_of(job))
        return job


def topic_of(job: PricingJobRow) -> str:
    """Whose pages show this job."""
    return f"order:{job.order_id}" if job.order_id is not None else f"quote:{job.model_id}"
