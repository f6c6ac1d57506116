"""All SQL on what the shop knows of models."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.shop.models.tables import ModelRow

_LOCK = sa.text("select pg_advisory_xact_lock(:key)")
_LOCK_SHARED = sa.text("select pg_advisory_xact_lock_shared(:key)")
_REFUSAL_AMONG = sa.text("""
    select refusal from model where id = any(cast(:ids as uuid[])) and refusal is not null
    order by id limit 1
""")


def _key(model_id: UUID) -> int:
    return model_id.int & ((1 << 63) - 1)


async def known(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, ModelRow]:
    """Those of the models that the editor has told of.

    Until the transaction ends nothing new is written about any of them: a line for a model that
    is still in work is either seen when the news comes, or sees the news. Call it before locking
    an order: the news locks orders too, and in this order.
    """
    for model_id in sorted(ids):
        await session.execute(_LOCK_SHARED, {"key": _key(model_id)})
    query = sa.select(ModelRow).where(ModelRow.id.in_(ids))
    rows = await session.scalars(query.execution_options(populate_existing=True))
    return {row.id: row for row in rows}


async def lock(session: AsyncSession, model_id: UUID) -> None:
    """Write about a model alone; the counterpart of `known`."""
    await session.execute(_LOCK, {"key": _key(model_id)})


async def save(
    session: AsyncSession,
    model_id: UUID,
    *,
    owner_id: UUID,
    public: bool,
    file_name: str,
    refusal: str | None,
) -> None:
    """Keep the newest facts of a model."""
    facts = {
        "owner_id": owner_id,
        "public": public,
        "file_name": file_name,
        "refusal": refusal,
        "changed_at": sa.func.clock_timestamp(),
    }
    await session.execute(
        insert(ModelRow)
        .values(id=model_id, **facts)
        .on_conflict_do_update(index_elements=[ModelRow.id], set_=facts)
    )


async def refuse(session: AsyncSession, model_id: UUID, refusal: str) -> None:
    """A model can be ordered no more, whether or not anything else is known of it."""
    await session.execute(
        insert(ModelRow)
        .values(id=model_id, owner_id=None, public=False, file_name="", refusal=refusal)
        .on_conflict_do_update(
            index_elements=[ModelRow.id],
            set_={"refusal": refusal, "changed_at": sa.func.clock_timestamp()},
        )
    )


async def refusal_among(session: AsyncSession, ids: Collection[UUID]) -> str | None:
    """Why one of the models cannot be ordered (any more); None when nothing speaks against any.

    For whoever has locked an order with them: news that comes later finds that order.
    """
    refusal = await session.scalar(_REFUSAL_AMONG, {"ids": list(ids)})
    return None if refusal is None else str(refusal)
