"""How long the lines are: a job's place, and each lane as a whole."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from subgraphs.mes.pricing_jobs.stage import Lane, Stage
from subgraphs.mes.pricing_jobs.tables import PricingJobRow


@dataclass(frozen=True)
class LaneLength:
    """`oldest_seconds`: how long the first in line has waited; None when nobody waits."""

    lane: Lane
    queued: int
    running: int
    oldest_seconds: float | None


async def ahead_of(session: AsyncSession, job_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """How many jobs of the same lane are before each of these that is queued."""
    job, other = aliased(PricingJobRow), aliased(PricingJobRow)
    before = (
        select(func.count())
        .where(
            other.lane == job.lane,
            other.stage == Stage.QUEUED,
            other.queued_at < job.queued_at,
        )
        .scalar_subquery()
    )
    rows = await session.execute(
        select(job.id, before).where(job.id.in_(job_ids), job.stage == Stage.QUEUED)
    )
    return {row[0]: row[1] for row in rows}


async def lane_lengths(session: AsyncSession) -> Sequence[LaneLength]:
    """Both lanes as they are now."""
    queued = PricingJobRow.stage == Stage.QUEUED
    waited = func.clock_timestamp() - func.min(PricingJobRow.queued_at).filter(queued)
    rows = await session.execute(
        select(
            PricingJobRow.lane,
            func.count().filter(queued),
            func.count().filter(PricingJobRow.stage == Stage.RUNNING),
            func.extract("epoch", waited),
        )
        .where(PricingJobRow.stage.in_((Stage.QUEUED, Stage.RUNNING)))
        .group_by(PricingJobRow.lane)
    )
    found = {
        lane: LaneLength(Lane(lane), waiting, running, None if oldest is None else float(oldest))
        for lane, waiting, running, oldest in rows.all()
    }
    return [found.get(lane, LaneLength(lane, 0, 0, None)) for lane in Lane]
