"""All SQL on models."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Uuid,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.editor.models.lifecycle import ModelStatus
from subgraphs.editor.models.tables import ModelRow, ModelUseRow

MOST_ATTEMPTS = 3


class ModelRepository:
    """Reads and writes models in the caller's transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: ModelRow) -> None:
        """A new model."""
        self._session.add(row)

    async def add_if_new(self, row: ModelRow) -> bool:
        """A model of a fixed id; False when it is there already."""
        if await self.find(row.id) is not None:
            return False
        self._session.add(row)
        await self._session.flush()
        return True

    async def find(self, model_id: UUID) -> ModelRow | None:
        """One model."""
        return await self._session.get(ModelRow, model_id)

    async def lock(self, model_id: UUID) -> ModelRow | None:
        """One model that nobody else changes until the end of the transaction."""
        return await self._session.get(ModelRow, model_id, with_for_update=True)

    async def find_many(self, model_ids: Sequence[UUID]) -> dict[UUID, ModelRow]:
        """Those of the models that exist."""
        rows = await self._session.scalars(select(ModelRow).where(ModelRow.id.in_(model_ids)))
        return {row.id: row for row in rows}

    async def of_owners(
        self, owners: Sequence[UUID], limit: int, before: UUID | None
    ) -> Sequence[ModelRow]:
        """Models of these owners, newest first; only those older than `before`."""
        query = _listed(owners)
        if before is not None:
            query = query.where(ModelRow.id < before)
        rows = await self._session.scalars(query.order_by(ModelRow.id.desc()).limit(limit))
        return rows.all()

    async def count(self, owners: Sequence[UUID], at_most: int) -> int:
        """How many models these owners have, counted up to `at_most`."""
        some = _listed(owners).with_only_columns(ModelRow.id).limit(at_most).subquery()
        return await self._session.scalar(select(func.count()).select_from(some)) or 0

    async def claim(self, model_id: UUID, token: UUID, seconds: float) -> ModelRow | None:
        """Take a model for processing; None when it is done or somebody else holds it."""
        claimed = (
            update(ModelRow)
            .where(
                ModelRow.id == model_id,
                ModelRow.status == ModelStatus.PROCESSING,
                ModelRow.attempts < MOST_ATTEMPTS,
                or_(
                    ModelRow.lease_until.is_(None),
                    ModelRow.lease_until < func.clock_timestamp(),
                ),
            )
            .values(
                lease_token=token,
                lease_until=func.clock_timestamp() + timedelta(seconds=seconds),
                attempts=ModelRow.attempts + 1,
            )
            .returning(ModelRow)
        )
        return (await self._session.scalars(claimed)).one_or_none()

    async def renew(self, model_id: UUID, token: UUID, seconds: float) -> bool:
        """Hold a lease longer; False when it was lost."""
        renewed = (
            update(ModelRow)
            .where(ModelRow.id == model_id, ModelRow.lease_token == token)
            .values(lease_until=func.clock_timestamp() + timedelta(seconds=seconds))
            .returning(ModelRow.id)
        )
        return (await self._session.scalar(renewed)) is not None

    async def release(self, model_id: UUID, token: UUID, *, counts: bool) -> None:
        """Give a lease back; `counts` says whether the attempt tells against the model."""
        await self._session.execute(
            update(ModelRow)
            .where(ModelRow.id == model_id, ModelRow.lease_token == token)
            .values(
                lease_token=None,
                lease_until=None,
                attempts=ModelRow.attempts - (0 if counts else 1),
                hinted_at=func.clock_timestamp(),
            )
        )

    async def lock_held(self, model_id: UUID, token: UUID) -> ModelRow | None:
        """The model, locked, while `token` still holds it."""
        held = (
            select(ModelRow)
            .where(
                ModelRow.id == model_id,
                ModelRow.status == ModelStatus.PROCESSING,
                ModelRow.lease_token == token,
            )
            .with_for_update()
        )
        return (await self._session.scalars(held)).one_or_none()

    async def dropped(self, patience: timedelta, limit: int) -> Sequence[ModelRow]:
        """Models in processing that nobody holds and nobody was called for lately, locked."""
        now = func.clock_timestamp()
        return await self._locked(
            (ModelRow.status == ModelStatus.PROCESSING)
            & or_(ModelRow.lease_until.is_(None), ModelRow.lease_until < now)
            & (ModelRow.hinted_at < now - patience),
            limit,
        )

    async def abandoned(self, age: timedelta, limit: int) -> Sequence[ModelRow]:
        """Uploads that were begun longer than `age` ago and never finished, locked."""
        return await self._locked(
            (ModelRow.status == ModelStatus.AWAITING_UPLOAD)
            & (ModelRow.created_at < func.clock_timestamp() - age),
            limit,
        )

    async def outlived(self, limit: int) -> Sequence[ModelRow]:
        """Models whose retention has ended and that no open order needs, locked."""
        return await self._locked(
            (ModelRow.status == ModelStatus.READY)
            & (ModelRow.retention_until < func.clock_timestamp())
            & ModelRow.public.is_(False)
            & ~exists().where(ModelUseRow.model_id == ModelRow.id),
            limit,
        )

    async def refused_before(self, age: timedelta, limit: int) -> Sequence[ModelRow]:
        """Refused files that were uploaded longer than `age` ago, locked."""
        return await self._locked(
            (ModelRow.status == ModelStatus.REJECTED)
            & (ModelRow.created_at < func.clock_timestamp() - age),
            limit,
        )

    async def with_leftover_objects(self, limit: int) -> Sequence[UUID]:
        """Expired models whose objects may still be in storage."""
        rows = await self._session.scalars(
            select(ModelRow.id)
            .where(ModelRow.status == ModelStatus.EXPIRED, ModelRow.objects_deleted_at.is_(None))
            .limit(limit)
        )
        return rows.all()

    async def objects_deleted(self, model_id: UUID) -> None:
        """Remember that nothing of the model is in storage any more."""
        await self._session.execute(
            update(ModelRow)
            .where(ModelRow.id == model_id)
            .values(objects_deleted_at=func.clock_timestamp())
        )

    async def delete_objects_again(self, model_id: UUID) -> None:
        """Objects may have been stored after the model expired."""
        await self._session.execute(
            update(ModelRow)
            .where(ModelRow.id == model_id, ModelRow.status == ModelStatus.EXPIRED)
            .values(objects_deleted_at=None)
        )

    async def hold(self, order_id: UUID, model_ids: Sequence[UUID]) -> None:
        """An order needs these models from now on."""
        wanted = select(ModelRow.id, literal(order_id, Uuid)).where(ModelRow.id.in_(model_ids))
        await self._session.execute(
            insert(ModelUseRow)
            .from_select(["model_id", "order_id"], wanted)
            .on_conflict_do_nothing()
        )

    async def let_go(self, order_id: UUID) -> Sequence[UUID]:
        """An order needs its models no more; gives their ids."""
        released = (
            delete(ModelUseRow)
            .where(ModelUseRow.order_id == order_id)
            .returning(ModelUseRow.model_id)
        )
        return (await self._session.scalars(released)).all()

    async def retain(self, model_ids: Sequence[UUID], days: int) -> None:
        """Keep these models for `days` from now, then let them expire."""
        await self._session.execute(
            update(ModelRow)
            .where(ModelRow.id.in_(model_ids), ModelRow.public.is_(False))
            .values(retention_until=func.clock_timestamp() + timedelta(days=days))
        )

    async def in_use(self, model_id: UUID) -> bool:
        """Whether an open order needs the model."""
        return bool(
            await self._session.scalar(select(exists().where(ModelUseRow.model_id == model_id)))
        )

    async def _locked(self, condition: ColumnElement[bool], limit: int) -> Sequence[ModelRow]:
        query = select(ModelRow).where(condition).limit(limit)
        rows = await self._session.scalars(query.with_for_update(skip_locked=True))
        return rows.all()


def _listed(owners: Sequence[UUID]) -> Select[tuple[ModelRow]]:
    return select(ModelRow).where(
        ModelRow.owner_id.in_(owners),
        ModelRow.public.is_(False),
        ModelRow.status != ModelStatus.EXPIRED,
    )
