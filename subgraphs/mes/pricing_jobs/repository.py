"""All SQL on pricing jobs but their leases: lanes, and what fell out of the queue."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, any_, exists, func, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.mes.analyses.request import AnalysisRequest
from subgraphs.mes.files.tables import ModelFileRow
from subgraphs.mes.pricing_jobs.leases import PricingJobLeases
from subgraphs.mes.pricing_jobs.stage import MOST_ATTEMPTS, OPEN, Lane, Stage
from subgraphs.mes.pricing_jobs.tables import PricingJobRow

_NOW = func.clock_timestamp()
# Written out, not bound: a plan for any stages could not use the index made for these.
_ANY_OPEN = text("""
    select exists (select from pricing_job where stage in ('queued', 'running'))
        or exists (select from pricing_job where stage = 'waiting_for_model')
""")


class PricingJobRepository:
    """Reads and writes pricing jobs in the caller's transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def any_open(self) -> bool:
        """Whether there is a job that has not ended."""
        return bool(await self._session.scalar(_ANY_OPEN))

    def add(self, row: PricingJobRow) -> None:
        """A new job."""
        self._session.add(row)

    async def add_ahead(self, row: dict[str, object]) -> bool:
        """A job for one analysis ahead of any order; False when one is open already."""
        added = (
            insert(PricingJobRow).values(**row).on_conflict_do_nothing().returning(PricingJobRow.id)
        )
        return (await self._session.scalar(added)) is not None

    async def open_ahead(self, model_id: UUID) -> int:
        """How many jobs for a model ahead of any order wait or run."""
        counted = select(func.count()).where(
            PricingJobRow.model_id == model_id,
            PricingJobRow.stage.in_((Stage.QUEUED, Stage.RUNNING)),
        )
        return await self._session.scalar(counted) or 0

    async def computing(self, request: AnalysisRequest) -> PricingJobRow | None:
        """An open job for the request's model ahead of any order that computes it, perhaps
        beside others."""
        found = (
            select(PricingJobRow)
            .where(
                PricingJobRow.model_id == request.model_id,
                PricingJobRow.stage.in_((Stage.QUEUED, Stage.RUNNING)),
                PricingJobRow.requests.contains([request.to_dict()]),
            )
            .order_by(PricingJobRow.created_at)
            .limit(1)
        )
        return (await self._session.scalars(found)).one_or_none()

    async def find(self, job_id: UUID) -> PricingJobRow | None:
        """One job."""
        return await self._session.get(PricingJobRow, job_id)

    async def lock(self, job_id: UUID) -> PricingJobRow | None:
        """One job that nobody else changes until the end of the transaction."""
        return await self._session.get(
            PricingJobRow, job_id, with_for_update=True, populate_existing=True
        )

    async def of_orders(
        self, revisions: Collection[tuple[UUID, int]]
    ) -> Mapping[UUID, PricingJobRow]:
        """The job of each (order, revision) that has one, by order."""
        rows = await self._session.scalars(
            select(PricingJobRow).where(
                tuple_(PricingJobRow.order_id, PricingJobRow.revision).in_(revisions)
            )
        )
        return {row.order_id: row for row in rows if row.order_id is not None}

    async def latest_for_key(self, key: str) -> PricingJobRow | None:
        """The latest job that computes one analysis ahead of any order, if it is open or was
        given up."""
        found = (
            select(PricingJobRow)
            .where(
                PricingJobRow.analysis_key == key,
                PricingJobRow.stage.in_((Stage.QUEUED, Stage.RUNNING, Stage.NEEDS_ATTENTION)),
            )
            .order_by(PricingJobRow.created_at.desc())
            .limit(1)
        )
        return (await self._session.scalars(found)).one_or_none()

    async def waiting_for(self, model_id: UUID) -> Sequence[tuple[UUID, UUID]]:
        """(order, job) of every job that waits for a model."""
        waiting = select(PricingJobRow.order_id, PricingJobRow.id).where(
            PricingJobRow.stage == Stage.WAITING_FOR_MODEL,
            PricingJobRow.waiting_for.contains([model_id]),
        )
        rows = (await self._session.execute(waiting.order_by(PricingJobRow.order_id))).all()
        return [(order_id, job_id) for order_id, job_id in rows if order_id is not None]

    async def overlooked(self, limit: int) -> Sequence[tuple[UUID, UUID]]:
        """(order, job) of jobs that wait for a model which is known: the two events were handled
        at the same time and did not see each other."""
        found = select(PricingJobRow.order_id, PricingJobRow.id).where(
            PricingJobRow.stage == Stage.WAITING_FOR_MODEL, _arrived()
        )
        rows = (await self._session.execute(found.limit(limit))).all()
        return [(order_id, job_id) for order_id, job_id in rows if order_id is not None]

    async def supersede(self, order_id: UUID, revision: int) -> None:
        """End every open job of an older revision; whoever computes one loses its lease."""
        await self._session.execute(
            update(PricingJobRow)
            .where(
                PricingJobRow.order_id == order_id,
                PricingJobRow.revision < revision,
                PricingJobRow.stage.in_(OPEN),
            )
            .values(stage=Stage.SUPERSEDED, lease_token=None, lease_until=None, finished_at=_NOW)
        )

    async def oldest_waiting(self, lane: Lane, patience: timedelta) -> UUID | None:
        """A queued job of `lane` that has waited longer than `patience` for a worker."""
        oldest = (
            select(PricingJobRow.id)
            .where(
                PricingJobRow.lane == lane,
                PricingJobRow.stage == Stage.QUEUED,
                PricingJobRow.queued_at < _NOW - patience,
            )
            .order_by(PricingJobRow.queued_at)
            .limit(1)
        )
        return (await self._session.scalars(oldest)).one_or_none()

    async def silent(self, lane: Lane, patience: timedelta, limit: int) -> Sequence[PricingJobRow]:
        """Of the `limit` oldest open jobs of a lane, those that nobody works on although a worker
        was called for them longer than `patience` ago."""
        oldest = (
            select(PricingJobRow.id)
            .where(
                PricingJobRow.lane == lane,
                PricingJobRow.stage.in_((Stage.QUEUED, Stage.RUNNING)),
            )
            .order_by(PricingJobRow.queued_at)
            .limit(limit)
        )
        found = select(PricingJobRow).where(PricingJobRow.id.in_(oldest), _silent(patience))
        return (await self._session.scalars(found.order_by(PricingJobRow.queued_at))).all()

    async def lock_silent(
        self, job_ids: Collection[UUID], patience: timedelta
    ) -> Sequence[PricingJobRow]:
        """Those of the jobs that still are `silent`; locked, without waiting for any."""
        return await self._locked(
            and_(PricingJobRow.id.in_(job_ids), _silent(patience)), len(job_ids)
        )

    async def head(self, lane: Lane, limit: int) -> Sequence[tuple[str, bool]]:
        """(stage, whether promoted) of the oldest open jobs of a lane."""
        oldest = (
            select(PricingJobRow.stage, PricingJobRow.promoted_at.is_not(None))
            .where(
                PricingJobRow.lane == lane,
                PricingJobRow.stage.in_((Stage.QUEUED, Stage.RUNNING)),
            )
            .order_by(PricingJobRow.queued_at)
            .limit(limit)
        )
        rows = (await self._session.execute(oldest)).all()
        return [(stage, promoted) for stage, promoted in rows]

    async def lock_overdue(self, waited: timedelta) -> PricingJobRow | None:
        """The regular job that has waited longest, if that is long enough for the priority pool to
        take it; locked."""
        rows = await self._locked(
            and_(
                PricingJobRow.lane == Lane.REGULAR,
                PricingJobRow.stage == Stage.QUEUED,
                PricingJobRow.promoted_at.is_(None),
                PricingJobRow.queued_at < _NOW - waited,
            ),
            limit=1,
        )
        return rows[0] if rows else None

    async def matching(self, condition: ColumnElement[bool], limit: int) -> Sequence[PricingJobRow]:
        """Jobs of which `condition` (`hopeless`, `forsaken`) is true."""
        rows = await self._session.scalars(select(PricingJobRow).where(condition).limit(limit))
        return rows.all()

    async def lock_matching(
        self, condition: ColumnElement[bool], job_id: UUID
    ) -> PricingJobRow | None:
        """One of them, locked, if it still is one and nobody else looks at it."""
        found = select(PricingJobRow).where(PricingJobRow.id == job_id, condition)
        rows = await self._session.scalars(
            found.with_for_update(skip_locked=True),
            execution_options={"populate_existing": True},
        )
        return rows.one_or_none()

    async def _locked(self, condition: ColumnElement[bool], limit: int) -> Sequence[PricingJobRow]:
        rows = await self._session.scalars(
            select(PricingJobRow)
            .where(condition)
            .order_by(PricingJobRow.queued_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return rows.all()


def forsaken(waited: timedelta) -> ColumnElement[bool]:
    """The job waits for longer than `waited` for a model of which nothing was ever heard."""
    return and_(
        PricingJobRow.stage == Stage.WAITING_FOR_MODEL,
        PricingJobRow.created_at < _NOW - waited,
        ~_arrived(),
    )


def _arrived() -> ColumnElement[bool]:
    return exists().where(ModelFileRow.id == any_(PricingJobRow.waiting_for))


def _silent(patience: timedelta) -> ColumnElement[bool]:
    return and_(
        PricingJobRow.attempts < MOST_ATTEMPTS,
        PricingJobLeases.unattended(),
        PricingJobRow.hinted_at < _NOW - patience,
    )
