"""Who may write the result of looking at a model: the SQL of its lease, on the database's clock."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.editor.models.lifecycle import ModelStatus
from subgraphs.editor.models.tables import ModelRow

MOST_ATTEMPTS = 3
MOST_FORGIVEN = 10
_NOW = func.clock_timestamp()


class ModelLeases:
    """`jobs.leases.LeasedRows` of models, in the caller's transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def claim(self, row_id: UUID, token: UUID, seconds: float) -> ModelRow | None:
        """Take a model for processing; None when it is done or somebody else holds it."""
        claimed = (
            update(ModelRow)
            .where(ModelRow.id == row_id, ModelRow.attempts < MOST_ATTEMPTS, unattended())
            .values(
                lease_token=token,
                lease_until=_NOW + timedelta(seconds=seconds),
                attempts=ModelRow.attempts + 1,
            )
            .returning(ModelRow)
        )
        return (await self._session.scalars(claimed)).one_or_none()

    async def renew(self, row_id: UUID, token: UUID, seconds: float) -> bool:
        """Hold a model longer; False when it was taken away."""
        renewed = (
            update(ModelRow)
            .where(*_held(row_id, token))
            .values(lease_until=_NOW + timedelta(seconds=seconds))
            .returning(ModelRow.id)
        )
        return (await self._session.scalar(renewed)) is not None

    async def lock_held(self, row_id: UUID, token: UUID) -> ModelRow | None:
        """The model, locked, while `token` still holds it."""
        held = (
            select(ModelRow)
            .where(*_held(row_id, token))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return (await self._session.scalars(held)).one_or_none()

    async def release(self, row_id: UUID, token: UUID, *, counts: bool) -> bool:
        """Give a model back; `counts` says whether the attempt tells against it."""
        released = (
            update(ModelRow)
            .where(*_held(row_id, token))
            .values(
                lease_token=None,
                lease_until=None,
                attempts=ModelRow.attempts - (0 if counts else 1),
                hinted_at=_NOW,
            )
            .returning(ModelRow.id)
        )
        return (await self._session.scalar(released)) is not None

    async def forgive(self, row_id: UUID) -> None:
        """The worker of an attempt that was counted lived; at most `MOST_FORGIVEN` times."""
        await self._session.execute(
            update(ModelRow)
            .where(
                ModelRow.id == row_id,
                ModelRow.status == ModelStatus.PROCESSING,
                ModelRow.attempts > 0,
                ModelRow.forgiven < MOST_FORGIVEN,
            )
            .values(attempts=ModelRow.attempts - 1, forgiven=ModelRow.forgiven + 1)
        )


def unattended() -> ColumnElement[bool]:
    """To be processed, and held by nobody, or by a worker that stopped renewing."""
    return and_(
        ModelRow.status == ModelStatus.PROCESSING,
        or_(ModelRow.lease_until.is_(None), ModelRow.lease_until < _NOW),
    )


def hopeless(grace: timedelta) -> ColumnElement[bool]:
    """Every allowed attempt was counted, and the last worker has not been heard of for `grace`."""
    return and_(
        ModelRow.status == ModelStatus.PROCESSING,
        ModelRow.attempts >= MOST_ATTEMPTS,
        or_(ModelRow.lease_until.is_(None), ModelRow.lease_until < _NOW - grace),
    )


def _held(row_id: UUID, token: UUID) -> tuple[ColumnElement[bool], ...]:
    return (
        ModelRow.id == row_id,
        ModelRow.status == ModelStatus.PROCESSING,
        ModelRow.lease_token == token,
    )
