"""All SQL on journeys."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.crm.journey.progress import Progress
from subgraphs.crm.journey.tables import JourneyModelRow, JourneyOrderRow, JourneyStepRow

_COLUMNS = "last_event, last_at, revision, ended"
_LOCK_ROW = f"select {_COLUMNS} from journey_order where id = :order_id for update"  # noqa: S608
_LOCK = sa.text(_LOCK_ROW)
# Every event of every order comes by here: one message for both, and none of it compiled anew.
_NOTE_STEP = sa.text(f"""
    with step as (
        insert into journey_step (event_id, order_id, at, service, event, summary, actor)
        values (:event_id, :order_id, :at, :service, :event, :summary, :actor)
    )
    {_LOCK_ROW}
""")  # noqa: S608
_BEGIN = sa.text(f"""
    insert into journey_order (id, {_COLUMNS})
    values (:order_id, :last_event, :last_at, :revision, :ended)
    on conflict do nothing returning id
""")  # noqa: S608
_SAVE = sa.text(f"""
    update journey_order set ({_COLUMNS}) = row (:last_event, :last_at, :revision, :ended)
    where id = :order_id
""")  # noqa: S608
_SAVE_OWNER = sa.text("""
    update journey_order set owner_id = :owner_id, partner_id = :partner_id where id = :order_id
""")

_LINK = sa.text("""
    insert into journey_model (order_id, model_id)
    select :order_id, unnest(cast(:models as uuid[])) on conflict do nothing
""")


async def note_step(
    session: AsyncSession, order_id: UUID, step: Mapping[str, object], first: Progress
) -> Progress:
    """Write down a step of an order; gives how far the order came before it.

    The order's row, made from `first` when there is none, is locked until the transaction ends.
    """
    found = (await session.execute(_NOTE_STEP, {"order_id": order_id, **step})).one_or_none()
    while found is None:
        begun = {"order_id": order_id, **asdict(first)}
        if (await session.execute(_BEGIN, begun)).one_or_none() is not None:
            return first
        found = (await session.execute(_LOCK, {"order_id": order_id})).one_or_none()
    return Progress(*found)


async def save_progress(session: AsyncSession, order_id: UUID, progress: Progress) -> None:
    await session.execute(_SAVE, {"order_id": order_id, **asdict(progress)})


async def save_owner(
    session: AsyncSession, order_id: UUID, owner_id: UUID, partner_id: UUID | None
) -> None:
    """Whose order it is; a visitor's becomes an account's when it is placed."""
    owner = {"order_id": order_id, "owner_id": owner_id, "partner_id": partner_id}
    await session.execute(_SAVE_OWNER, owner)


async def link_models(session: AsyncSession, order_id: UUID, model_ids: Iterable[UUID]) -> None:
    """Models that an order contains, or contained once."""
    models = sorted(set(model_ids))
    if models:
        await session.execute(_LINK, {"order_id": order_id, "models": models})


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
