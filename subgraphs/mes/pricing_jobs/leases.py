"""Who may write the result of a pricing job: the SQL of its lease, on the database's clock."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.live import changed
from subgraphs.mes.pricing_jobs.stage import MOST_ATTEMPTS, MOST_FORGIVEN, Stage
from subgraphs.mes.pricing_jobs.tables import PricingJobRow

_NOW = func.clock_timestamp()


class PricingJobLeases:
    """`jobs.leases.LeasedRows` of pricing jobs, in the caller's transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def claim(self, row_id: UUID, token: UUID, seconds: float) -> PricingJobRow | None:
        """Take a job; None when it is not to be done or somebody else holds it."""
        claimed = (
            update(PricingJobRow)
            .where(PricingJobRow.id == row_id, PricingJobRow.attempts < MOST_ATTEMPTS, unattended())
            .values(
                stage=Stage.RUNNING,
                lease_token=token,
                lease_until=_NOW + timedelta(seconds=seconds),
                attempts=PricingJobRow.attempts + 1,
                started_at=_NOW,
            )
            .returning(PricingJobRow)
        )
        job = (await self._session.scalars(claimed)).one_or_none()
        if job is not None:
            changed(self._session, topic_of(job))
        return job

    async def renew(self, row_id: UUID, token: UUID, seconds: float) -> bool:
        """Hold a job longer; False when it was taken away."""
        renewed = (
            update(PricingJobRow)
            .where(*_held(row_id, token))
            .values(lease_until=_NOW + timedelta(seconds=seconds))
            .returning(PricingJobRow.id)
        )
        return (await self._session.scalar(renewed)) is not None

    async def lock_held(self, row_id: UUID, token: UUID) -> PricingJobRow | None:
        """The job, locked, while `token` still holds it: nobody else may write its result."""
        held = (
            select(PricingJobRow)
            .where(*_held(row_id, token))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return (await self._session.scalars(held)).one_or_none()

    async def release(self, row_id: UUID, token: UUID, *, counts: bool) -> bool:
        """Put a job back in line; `counts` says whether the attempt tells against it."""
        released = (
            update(PricingJobRow)
            .where(*_held(row_id, token))
            .values(
                stage=Stage.QUEUED,
                lease_token=None,
                lease_until=None,
                attempts=PricingJobRow.attempts - (0 if counts else 1),
                hinted_at=_NOW,
            )
            .returning(PricingJobRow.id)
        )
        return (await self._session.scalar(released)) is not None

    async def forgive(self, row_id: UUID) -> None:
        """The worker of an attempt that was counted lived; at most `MOST_FORGIVEN` times."""
        await self._session.execute(
            update(PricingJobRow)
            .where(
                PricingJobRow.id == row_id,
                PricingJobRow.stage.in_((Stage.QUEUED, Stage.RUNNING)),
                PricingJobRow.attempts > 0,
                PricingJobRow.forgiven < MOST_FORGIVEN,
            )
            .values(attempts=PricingJobRow.attempts - 1, forgiven=PricingJobRow.forgiven + 1)
        )


def unattended() -> ColumnElement[bool]:
    """In line, or left by a worker that stopped renewing."""
    return or_(
        PricingJobRow.stage == Stage.QUEUED,
        and_(PricingJobRow.stage == Stage.RUNNING, PricingJobRow.lease_until < _NOW),
    )


def hopeless(grace: timedelta) -> ColumnElement[bool]:
    """Every allowed attempt was counted, and the last worker has not been heard of for `grace`."""
    return and_(
        PricingJobRow.attempts >= MOST_ATTEMPTS,
        or_(
            PricingJobRow.stage == Stage.QUEUED,
            and_(
                PricingJobRow.stage == Stage.RUNNING,
                PricingJobRow.lease_until < _NOW - grace,
            ),
        ),
    )


def topic_of(job: PricingJobRow) -> str:
    """Whose pages show this job."""
    return f"order:{job.order_id}" if job.order_id is not None else f"quote:{job.model_id}"


def _held(row_id: UUID, token: UUID) -> tuple[ColumnElement[bool], ...]:
    return (
        PricingJobRow.id == row_id,
        PricingJobRow.stage == Stage.RUNNING,
        PricingJobRow.lease_token == token,
    )
