"""The board's SQL. Each state is one ordered stretch of an index; the stretches are merged, so
that a page reads about as many rows as it shows, however many closed orders lie behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from subgraphs.operator.work.lifecycle import OPEN_STATES, WorkState
from subgraphs.operator.work.tables import WorkOrder

COUNT_LIMIT = 10_000
REFERENCE_PREFIX = "PL-"

Selection = sa.Select[tuple[WorkOrder]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Work in `states`, of `holder` if given. No states: any state, for a search only."""

    states: tuple[WorkState, ...]
    holder: UUID | None = None


def page_query(wanted: Wanted, after: tuple[datetime, UUID] | None, limit: int) -> Selection:
    """The newest `limit` of what is wanted, below the place `after`."""
    stretches = [
        _newest(_held(sa.select(WorkOrder).where(WorkOrder.state == state), wanted), after, limit)
        for state in dict.fromkeys(wanted.states)
    ]
    merged = sa.union_all(*stretches) if len(stretches) > 1 else stretches[0]
    rows = aliased(WorkOrder, merged.subquery("board"))
    return sa.select(rows).order_by(rows.created_at.desc(), rows.id.desc()).limit(limit)


def search_query(
    prefix: str, wanted: Wanted, after: tuple[datetime, UUID] | None, limit: int
) -> Selection:
    """Work whose reference begins with `prefix`, newest first. A prefix of four letters leaves
    about ten of ten million, so that they can be sorted as they come."""
    query = sa.select(WorkOrder).where(WorkOrder.reference.startswith(prefix, autoescape=True))
    if wanted.states:
        query = query.where(WorkOrder.state.in_(wanted.states))
    return _newest(_held(query, wanted), after, limit)


def _held(query: Selection, wanted: Wanted) -> Selection:
    return query if wanted.holder is None else query.where(WorkOrder.holder_id == wanted.holder)


def _newest(query: Selection, after: tuple[datetime, UUID] | None, limit: int) -> Selection:
    if after is not None:
        place = sa.tuple_(sa.literal(after[0]), sa.literal(after[1]))
        query = query.where(sa.tuple_(WorkOrder.created_at, WorkOrder.id) < place)
    return query.order_by(WorkOrder.created_at.desc(), WorkOrder.id.desc()).limit(limit)


def reference_prefix(text: str) -> str:
    """What a person typed, as the beginning of a reference: `abc2` and `pl-abc2` are the same."""
    letters = text.strip().upper().removeprefix(REFERENCE_PREFIX)
    return REFERENCE_PREFIX + "".join(filter(str.isalnum, letters))


async def rows(session: AsyncSession, query: Selection) -> Sequence[WorkOrder]:
    return (await session.scalars(query)).all()


async def counts(
    session: AsyncSession, wanted: Wanted = Wanted(OPEN_STATES)
) -> dict[WorkState, int]:
    """How many are in each state; more than COUNT_LIMIT of one are not counted further."""
    columns = []
    for state in wanted.states:
        some = _held(sa.select(WorkOrder).where(WorkOrder.state == state), wanted)
        number = sa.select(sa.func.count()).select_from(
            some.with_only_columns(sa.literal(1)).limit(COUNT_LIMIT).subquery()
        )
        columns.append(number.scalar_subquery().label(state.value))
    row = (await session.execute(sa.select(*columns))).one()
    return dict(zip(wanted.states, (int(number) for number in row), strict=True))
