"""All SQL on reviews."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from db.search import mentioning
from subgraphs.crm.reviews.state import ReviewState
from subgraphs.crm.reviews.tables import ReviewRow


@dataclass(frozen=True, slots=True)
class Filter:
    """`search`: a part of the reference or the customer's name. `min_total` in minor units."""

    state: ReviewState | None = None
    search: str | None = None
    customer_id: UUID | None = None
    min_total: int | None = None


async def lock(session: AsyncSession, review_id: UUID) -> ReviewRow | None:
    """The review, which nobody else decides until the transaction ends."""
    query = sa.select(ReviewRow).where(ReviewRow.id == review_id).with_for_update()
    return (await session.scalars(query)).one_or_none()


async def by_ids(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, ReviewRow]:
    """Those of the reviews that exist."""
    rows = await session.scalars(sa.select(ReviewRow).where(ReviewRow.id.in_(ids)))
    return {row.id: row for row in rows}


async def page(
    session: AsyncSession, wanted: Filter, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[ReviewRow]:
    """Newest first, those after `after`."""
    query = _filtered(sa.select(ReviewRow), wanted)
    if after is not None:
        query = query.where(sa.tuple_(ReviewRow.created_at, ReviewRow.id) < after)
    query = query.order_by(ReviewRow.created_at.desc(), ReviewRow.id.desc()).limit(limit)
    return (await session.scalars(query)).all()


async def count(session: AsyncSession, wanted: Filter, limit: int) -> int:
    """How many there are, counted up to `limit`."""
    found = _filtered(sa.select(ReviewRow.id), wanted).limit(limit).subquery()
    return await session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def _filtered(query: "sa.Select[Any]", wanted: Filter) -> "sa.Select[Any]":
    if wanted.state is not None:
        query = query.where(ReviewRow.state == wanted.state)
    if wanted.search:
        columns = (ReviewRow.reference, ReviewRow.customer_name)
        query = query.where(mentioning(wanted.search, columns))
    if wanted.customer_id is not None:
        query = query.where(ReviewRow.customer_id == wanted.customer_id)
    if wanted.min_total is not None:
        query = query.where(ReviewRow.total >= wanted.min_total)
    return query
