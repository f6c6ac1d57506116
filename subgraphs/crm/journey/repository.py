"""All SQL on journeys."""

from collections.abc import Collection, Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.crm.journey.progress import Progress
from subgraphs.crm.journey.tables import JourneyModelRow, JourneyOrderRow, JourneyStepRow


async def lock_order(session: AsyncSession, order_id: UUID, first: Progress) -> JourneyOrderRow:
    """The order's row, made from `first` when there is none, locked until the transaction ends."""
    await session.execute(
        insert(JourneyOrderRow)
        .values(
            id=order_id,
            revision=first.revision,
            last_event=first.last_event,
            last_at=first.last_at,
            ended=first.ended,
        )
        .on_conflict_do_nothing()
    )
    query = sa.select(JourneyOrderRow).where(JourneyOrderRow.id == order_id)
    return (await session.scalars(query.with_for_update())).one()


async def link_models(session: AsyncSession, order_id: UUID, model_ids: Iterable[UUID]) -> None:
    """Models that an order contains, or contained once."""
    links = [{"order_id": order_id, "model_id": model_id} for model_id in sorted(set(model_ids))]
    if links:
        await session.execute(insert(JourneyModelRow).values(links).on_conflict_do_nothing())


async def orders_with(session: AsyncSession, model_id: UUID) -> list[UUID]:
    """The orders that contain the model."""
    query = sa.select(JourneyModelRow.order_id).where(JourneyModelRow.model_id == model_id)
    return list(await session.scalars(query))


async def by_ids(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, JourneyOrderRow]:
    """Those of the orders that were heard of."""
    rows = await session.scalars(sa.select(JourneyOrderRow).where(JourneyOrderRow.id.in_(ids)))
    return {row.id: row for row in rows}


async def steps_of(
    session: AsyncSession, ids: Collection[UUID]
) -> dict[UUID, list[JourneyStepRow]]:
    """The steps of each of the orders and of their models, oldest first."""
    own = sa.select(JourneyStepRow.order_id.label("journey"), JourneyStepRow.event_id).where(
        JourneyStepRow.order_id.in_(ids)
    )
    of_models = (
        sa.select(JourneyModelRow.order_id, JourneyStepRow.event_id)
        .join(JourneyStepRow, JourneyStepRow.model_id == JourneyModelRow.model_id)
        .where(JourneyModelRow.order_id.in_(ids))
    )
    found = sa.union_all(own, of_models).subquery()
    query = (
        sa.select(found.c.journey, JourneyStepRow)
        .join(JourneyStepRow, JourneyStepRow.event_id == found.c.event_id)
        .order_by(JourneyStepRow.at, JourneyStepRow.event_id)
    )
    steps: dict[UUID, list[JourneyStepRow]] = {order_id: [] for order_id in ids}
    for order_id, step in await session.execute(query):
        steps[order_id].append(step)
    return steps
