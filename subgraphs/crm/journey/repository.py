"""All SQL on journeys."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.crm.journey.progress import Progress
from subgraphs.crm.journey.tables import JourneyModelRow, JourneyOrderRow, JourneyStepRow

Owner = tuple[UUID, UUID | None]
"""`(owner, partner)`"""

_PROGRESS = "last_event, last_at, revision, ended"
# Every event of every order comes by here: a few statements for many of them.
_NOTE = sa.text("""
    insert into journey_step (event_id, order_id, model_id, at, service, event, summary, actor)
    select * from unnest(
        cast(:event_ids as uuid[]), cast(:order_ids as uuid[]), cast(:model_ids as uuid[]),
        cast(:ats as timestamptz[]), cast(:services as text[]), cast(:events as text[]),
        cast(:summaries as text[]), cast(:actors as text[])
    )
""")
_LOCK = sa.text(f"""
    select id, {_PROGRESS} from journey_order where id = any(cast(:ids as uuid[]))
    order by id for update
""")  # noqa: S608
_ROWS = """unnest(
    cast(:ids as uuid[]), cast(:last_events as text[]), cast(:last_ats as timestamptz[]),
    cast(:revisions as integer[]), cast(:endeds as boolean[])
)"""
_BEGIN = sa.text(f"""
    insert into journey_order (id, {_PROGRESS}) select * from {_ROWS}
    on conflict do nothing returning id
""")  # noqa: S608
_SAVE = sa.text(f"""
    update journey_order o set ({_PROGRESS}) = row (a.last_event, a.last_at, a.revision, a.ended)
    from {_ROWS} as a (id, {_PROGRESS}) where o.id = a.id
""")  # noqa: S608
_SAVE_OWNERS = sa.text("""
    update journey_order o set owner_id = a.owner_id, partner_id = a.partner_id
    from unnest(
        cast(:ids as uuid[]), cast(:owner_ids as uuid[]), cast(:partner_ids as uuid[])
    ) as a (id, owner_id, partner_id) where o.id = a.id
""")
_LINK = sa.text("""
    insert into journey_model (order_id, model_id)
    select * from unnest(cast(:order_ids as uuid[]), cast(:model_ids as uuid[]))
    on conflict do nothing
""")


@dataclass(frozen=True, slots=True)
class Step:
    """One event, of an order or of a model."""

    event_id: UUID
    order_id: UUID | None
    model_id: UUID | None
    at: datetime
    service: str
    event: str
    summary: str
    actor: str | None


async def note(session: AsyncSession, steps: Sequence[Step]) -> None:
    """Write steps down."""
    values = {
        "event_ids": [step.event_id for step in steps],
        "order_ids": [step.order_id for step in steps],
        "model_ids": [step.model_id for step in steps],
        "ats": [step.at for step in steps],
        "services": [step.service for step in steps],
        "events": [step.event for step in steps],
        "summaries": [step.summary for step in steps],
        "actors": [step.actor for step in steps],
    }
    await session.execute(_NOTE, values)


async def lock(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, Progress]:
    """How far those of the orders came that were heard of; locked until the transaction ends, in
    one order for everybody."""
    found = await session.execute(_LOCK, {"ids": sorted(ids)})
    return {row.id: Progress(*row[1:]) for row in found}


async def begin(session: AsyncSession, progress: Mapping[UUID, Progress]) -> Collection[UUID]:
    """Those of the orders that nobody else heard of meanwhile."""
    if not progress:
        return ()
    return (await session.execute(_BEGIN, _columns(progress))).scalars().all()


async def save(session: AsyncSession, progress: Mapping[UUID, Progress]) -> None:
    if progress:
        await session.execute(_SAVE, _columns(progress))


async def save_owners(session: AsyncSession, owners: Mapping[UUID, Owner]) -> None:
    """Whose orders they are; a visitor's becomes an account's when it is placed."""
    if owners:
        values = {
            "ids": list(owners),
            "owner_ids": [owner for owner, _ in owners.values()],
            "partner_ids": [partner for _, partner in owners.values()],
        }
        await session.execute(_SAVE_OWNERS, values)


async def link_models(session: AsyncSession, links: Collection[tuple[UUID, UUID]]) -> None:
    """`(order, model)`: models that an order contains, or contained once."""
    if links:
        orders, models = zip(*sorted(links), strict=True)
        await session.execute(_LINK, {"order_ids": list(orders), "model_ids": list(models)})


def _columns(progress: Mapping[UUID, Progress]) -> dict[str, object]:
    ids = sorted(progress)
    ordered = [progress[one] for one in ids]
    return {
        "ids": ids,
        "last_events": [one.last_event for one in ordered],
        "last_ats": [one.last_at for one in ordered],
        "revisions": [one.revision for one in ordered],
        "endeds": [one.ended for one in ordered],
    }


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
