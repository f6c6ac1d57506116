"""All SQL on models but their leases."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    delete,
    exists,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.editor.models.leases import MOST_ATTEMPTS, ModelLeases
from subgraphs.editor.models.lifecycle import ModelStatus
from subgraphs.editor.models.tables import ModelRow, ModelUseRow

# Written out, not bound: a plan for any status could not use the index made for some.
_ANY_IN_LINE = text("select exists (select from model where status = 'processing')")


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

    async def any_in_line(self) -> bool:
        """Whether a model is to be processed."""
        return bool(await self._session.scalar(_ANY_IN_LINE))

    async def silent(self, patience: timedelta, limit: int) -> Sequence[ModelRow]:
        """Models that nobody looks at although a worker was called longer than `patience` ago."""
        found = select(ModelRow).where(_silent(patience)).order_by(ModelRow.created_at)
        return (await self._session.scalars(found.limit(limit))).all()

    async def lock_silent(
        self, model_ids: Collection[UUID], patience: timedelta
    ) -> Sequence[ModelRow]:
        """Those of the models that still are `silent`, locked."""
        return await self._locked(ModelRow.id.in_(model_ids) & _silent(patience), len(model_ids))

    async def hopeless(self, grace: timedelta, limit: int) -> Sequence[ModelRow]:
        """Models that no attempt could process, locked."""
        return await self._locked(ModelLeases.hopeless(grace), limit)

    async def abandoned(self, age: timedelta, limit: int) -> Sequence[ModelRow]:
        """Uploads that were begun longer than `age` ago and never finished, locked."""
        return await self._locked(
            (ModelRow.status == ModelStatus.AWAITING_UPLOAD)
            & (ModelRow.created_at < func.statement_timestamp() - age),
            limit,
        )

    async def outlived(self, limit: int) -> Sequence[ModelRow]:
        """Models whose retention has ended and that no open order needs, locked."""
        return await self._locked(
            (ModelRow.status == ModelStatus.READY)
            & (ModelRow.retention_until < func.statement_timestamp())
            & ModelRow.public.is_(False)
            & ~exists().where(ModelUseRow.model_id == ModelRow.id),
            limit,
        )

    async def refused_before(self, age: timedelta, limit: int) -> Sequence[ModelRow]:
        """Refused files that were uploaded longer than `age` ago, locked."""
        return await self._locked(
            (ModelRow.status == ModelStatus.REJECTED)
            & (ModelRow.created_at < func.statement_timestamp() - age),
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

    async def ready_between(self, after: UUID | None, upto: UUID | None) -> Sequence[UUID]:
        """The models that can be ordered, with ids above `after` and up to `upto`, in order."""
        query = select(ModelRow.id).where(ModelRow.status == ModelStatus.READY)
        if after is not None:
            query = query.where(ModelRow.id > after)
        if upto is not None:
            query = query.where(ModelRow.id <= upto)
        return (await self._session.scalars(query.order_by(ModelRow.id))).all()

    async def repaired_form(self, model_id: UUID) -> ModelRow | None:
        """What a model was repaired to, if that is still there."""
        return (await self.repaired_forms([model_id])).get(model_id)

    async def repaired_forms(self, model_ids: Sequence[UUID]) -> dict[UUID, ModelRow]:
        """By the id of the original: the latest repaired form that was not refused or deleted."""
        rows = await self._session.scalars(
            select(ModelRow)
            .where(
                ModelRow.repaired_from.in_(model_ids),
                ModelRow.status.in_((ModelStatus.PROCESSING, ModelStatus.READY)),
            )
            .order_by(ModelRow.id)
        )
        return {row.repaired_from: row for row in rows if row.repaired_from is not None}

    async def kept_by(self, owner: UUID) -> tuple[int, int]:
        """How many models, and bytes of them, a person keeps. Others who begin an upload for the
        same person wait until the transaction ends."""
        key = (owner.int ^ owner.int >> 64) & ((1 << 63) - 1)
        await self._session.execute(select(func.pg_advisory_xact_lock(key)))
        counted = _listed([owner]).with_only_columns(
            func.count(), func.coalesce(func.sum(ModelRow.size), 0)
        )
        models, total = (await self._session.execute(counted)).one()
        return int(models), int(total)

    async def hold(self, order_id: UUID, model_ids: Sequence[UUID]) -> Sequence[UUID]:
        """An order needs these models from now on. Gives those that are gone already."""
        locked = select(ModelRow).where(ModelRow.id.in_(model_ids)).order_by(ModelRow.id)
        rows = (await self._session.scalars(locked.with_for_update(key_share=True))).all()
        gone = [row.id for row in rows if row.status == ModelStatus.EXPIRED]
        kept = [{"model_id": row.id, "order_id": order_id} for row in rows if row.id not in gone]
        if kept:
            await self._session.execute(insert(ModelUseRow).values(kept).on_conflict_do_nothing())
        return gone

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


def _silent(patience: timedelta) -> ColumnElement[bool]:
    return and_(
        ModelRow.attempts < MOST_ATTEMPTS,
        ModelLeases.unattended(),
        ModelRow.hinted_at < func.statement_timestamp() - patience,
    )


def _listed(owners: Sequence[UUID]) -> Select[tuple[ModelRow]]:
    return select(ModelRow).where(
        ModelRow.owner_id.in_(owners),
        ModelRow.public.is_(False),
        ModelRow.status != ModelStatus.EXPIRED,
    )
