"""All SQL on customers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.search import mentioning
from subgraphs.crm.customers.kind import CustomerKind
from subgraphs.crm.customers.tables import CustomerNoteRow, CustomerRow

# As text, since SQLAlchemy compiles an "on conflict" anew each time.
_COUNT_ORDER = sa.text("""
    insert into customer as c (id, name, email, kind, since, order_count)
    values (:id, :name, :email, :kind, :since, 1)
    on conflict (id) do update set order_count = c.order_count + 1
""")


@dataclass(frozen=True, slots=True)
class Filter:
    """`search`: a part of the name or the e-mail address."""

    search: str | None = None
    kind: CustomerKind | None = None


async def by_ids(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, CustomerRow]:
    """Those of the customers that exist."""
    rows = await session.scalars(sa.select(CustomerRow).where(CustomerRow.id.in_(ids)))
    return {row.id: row for row in rows}


async def page(
    session: AsyncSession, wanted: Filter, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[CustomerRow]:
    """Newest first, those after `after`."""
    query = _filtered(sa.select(CustomerRow), wanted)
    place = sa.tuple_(CustomerRow.since, CustomerRow.id)
    if after is not None:
        query = query.where(place < after)
    query = query.order_by(CustomerRow.since.desc(), CustomerRow.id.desc()).limit(limit)
    return (await session.scalars(query)).all()


async def count(session: AsyncSession, wanted: Filter, limit: int) -> int:
    """How many there are, counted up to `limit`."""
    found = _filtered(sa.select(CustomerRow.id), wanted).limit(limit).subquery()
    return await session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


async def register(
    session: AsyncSession,
    customer_id: UUID,
    *,
    name: str,
    email: str,
    kind: CustomerKind,
    since: datetime,
) -> None:
    """A customer's account is known now, also when an order of theirs was seen first."""
    facts = {"name": name, "email": email, "kind": kind, "since": since}
    await session.execute(
        insert(CustomerRow)
        .values(id=customer_id, **facts)
        .on_conflict_do_update(index_elements=[CustomerRow.id], set_=facts)
    )


async def count_order(
    session: AsyncSession,
    customer_id: UUID,
    *,
    name: str,
    email: str,
    kind: CustomerKind,
    since: datetime,
) -> None:
    """One more placed order. A customer whose account was not heard of yet is added from it."""
    first = {"id": customer_id, "name": name, "email": email, "kind": kind.name, "since": since}
    await session.execute(_COUNT_ORDER, first)


async def notes_of(
    session: AsyncSession, ids: Collection[UUID]
) -> dict[UUID, list[CustomerNoteRow]]:
    """The notes about each of the customers, newest first."""
    query = sa.select(CustomerNoteRow).where(CustomerNoteRow.customer_id.in_(ids))
    notes: dict[UUID, list[CustomerNoteRow]] = {customer_id: [] for customer_id in ids}
    for row in await session.scalars(query.order_by(CustomerNoteRow.id.desc())):
        notes[row.customer_id].append(row)
    return notes


def _filtered(query: "sa.Select[Any]", wanted: Filter) -> "sa.Select[Any]":
    if wanted.search:
        query = query.where(mentioning(wanted.search, (CustomerRow.name, CustomerRow.email)))
    if wanted.kind is not None:
        query = query.where(CustomerRow.kind == wanted.kind)
    return query
