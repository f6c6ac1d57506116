"""Pricing jobs in the graph: how far a price is, and how long it will take."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import Self
from uuid import UUID

import strawberry

from jobs.queues import Pool
from shared.errors import NotFound
from shared.graphql import Info
from shared.identity import STAFF, require
from subgraphs.mes.analyses.repository import AnalysisRepository
from subgraphs.mes.pricing_jobs import stage as jobs
from subgraphs.mes.pricing_jobs.line import ahead_of, lane_lengths
from subgraphs.mes.pricing_jobs.service import try_again
from subgraphs.mes.pricing_jobs.tables import PricingJobRow


@strawberry.enum
class Lane(Enum):
    """Partners have a lane of their own."""

    PRIORITY = "priority"
    REGULAR = "regular"


@strawberry.enum
class PricingStage(Enum):
    """How far a price is. In `NEEDS_ATTENTION` a person looks into it."""

    WAITING_FOR_MODEL = "waiting_for_model"
    QUEUED = "queued"
    ANALYSING = "analysing"
    DONE = "done"
    FAILED = "failed"
    NEEDS_ATTENTION = "needs_attention"


_STAGES: Mapping[jobs.Stage, PricingStage] = MappingProxyType(
    {
        jobs.Stage.WAITING_FOR_MODEL: PricingStage.WAITING_FOR_MODEL,
        jobs.Stage.QUEUED: PricingStage.QUEUED,
        jobs.Stage.RUNNING: PricingStage.ANALYSING,
        jobs.Stage.DONE: PricingStage.DONE,
        jobs.Stage.FAILED: PricingStage.FAILED,
        jobs.Stage.NEEDS_ATTENTION: PricingStage.NEEDS_ATTENTION,
        jobs.Stage.SUPERSEDED: PricingStage.DONE,
    }
)


@strawberry.type
class PricingJob:
    """The computing behind a price."""

    id: strawberry.ID
    lane: Lane
    stage: PricingStage
    attempts: int
    problem: str | None
    created_at: datetime
    row: strawberry.Private[PricingJobRow]

    @strawberry.field(description="1 is the next; null when the job is not in line.")
    async def place_in_line(self, info: Info) -> int | None:
        if self.row.stage != jobs.Stage.QUEUED:
            return None
        return 1 + await _ahead(info, self.row.id)

    @strawberry.field(description="Until the price is there, as far as can be told.")
    async def expected_seconds(self, info: Info) -> float | None:
        if self.row.stage not in (jobs.Stage.QUEUED, jobs.Stage.RUNNING):
            return None
        ahead = await _ahead(info, self.row.id) if self.row.stage == jobs.Stage.QUEUED else 0
        slots = Pool(self.row.lane).slots
        # Ahead of an order only the first is waited for.
        analyses = len(self.row.requests) if self.row.order_id is not None else 1
        return jobs.expected_seconds(ahead, analyses, await _typical(info), slots)

    @classmethod
    def of(cls, row: PricingJobRow) -> Self:
        """The job of a row."""
        return cls(
            id=strawberry.ID(str(row.id)),
            lane=Lane(row.lane),
            stage=_STAGES[jobs.Stage(row.stage)],
            attempts=row.attempts,
            problem=row.problem_message,
            created_at=row.created_at,
            row=row,
        )


@strawberry.type
class LaneStatus:
    """One lane as it is now. `oldestSeconds`: how long its first in line has waited."""

    lane: Lane
    queued: int
    running: int
    oldest_seconds: float | None


@strawberry.type
class LaneQuery:
    @strawberry.field(description="Both lanes as they are now; for staff.")
    async def lanes(self, info: Info) -> list[LaneStatus] | None:
        require(info.context.identity, *STAFF)
        async with info.context.runtime.database.reading() as session:
            lengths = await lane_lengths(session)
        return [
            LaneStatus(
                lane=Lane(length.lane.value),
                queued=length.queued,
                running=length.running,
                oldest_seconds=length.oldest_seconds,
            )
            for length in lengths
        ]


@strawberry.type
class PricingJobMutation:
    @strawberry.mutation(
        description="Compute once more what broke down and needs attention; for staff."
    )
    async def retry_pricing(self, info: Info, job_id: strawberry.ID) -> PricingJob:
        try:
            wanted = UUID(job_id)
        except ValueError:
            raise NotFound("There is no such pricing job. Reload the page.") from None
        return PricingJob.of(await try_again(info.context.runtime, info.context.identity, wanted))


async def _ahead(info: Info, job_id: UUID) -> int:
    async def load(ids: Sequence[UUID]) -> list[int]:
        async with info.context.runtime.database.reading() as session:
            counts = await ahead_of(session, ids)
        return [counts.get(one, 0) for one in ids]

    return await info.context.loader("places in line", load).load(job_id)


async def _typical(info: Info) -> float:
    async def load(keys: Sequence[str]) -> list[float]:
        async with info.context.runtime.database.reading() as session:
            return [await AnalysisRepository(session).typical_seconds()] * len(keys)

    return await info.context.loader("typical seconds", load).load("analysis")
