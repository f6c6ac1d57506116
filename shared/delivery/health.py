"""How far the delivery of one service's events is: what waits, where, and since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging.subscriptions import SUBSCRIPTIONS, readers_of, service_of
from shared.messaging.tables import (
    dead_letter,
    outbox,
    outbox_reader,
    parked,
    retry,
    watermark,
)

COUNTED = 10_000
"""Rows of an outbox are counted up to here: what a person does next is the same from there on."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Events that no bus has confirmed yet."""

    unpublished: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reader:
    """A consumer elsewhere that reads this service's outbox.

    `behind` counts the events that it has not confirmed, the oldest of them made at `oldest_at`;
    a moment's worth is normal. `confirmed_at` is when it last confirmed any, None for never: one
    that has nothing to read is silent.
    """

    consumer: str
    behind: int
    oldest_at: datetime | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Incoming:
    """What one consumer of this service has received and not applied."""

    consumer: str
    retrying: int
    next_attempt_at: datetime | None
    parked: int
    oldest_parked_at: datetime | None
    dead: int


@dataclass(frozen=True, slots=True)
class Compared:
    """When a consumer last came further in comparing what it has with what a producer sent."""

    consumer: str
    producer: str
    checked_at: datetime | None


async def outgoing(session: AsyncSession) -> Outgoing:
    """What the relay has still to send, counted up to `COUNTED`."""
    waiting = outbox.c.published_at.is_(None)
    oldest = (
        sa.select(outbox.c.created_at).where(waiting).order_by(outbox.c.seq).limit(1)
    ).scalar_subquery()
    row = (await session.execute(sa.select(_counted(waiting), oldest))).one()
    return Outgoing(row[0], row[1])


async def readers(session: AsyncSession, service: str) -> Sequence[Reader]:
    """Every consumer that is to see the events of `service`, and how far behind it is."""
    known = {row.consumer: row for row in (await session.execute(sa.select(outbox_reader))).all()}
    found = []
    for name in readers_of(service):
        row = known.get(name)
        confirmed = (0, 0) if row is None else (row.tx, row.seq)
        later = sa.tuple_(outbox.c.tx, outbox.c.seq) > sa.tuple_(
            sa.cast(sa.literal(str(confirmed[0]), sa.Text), outbox.c.tx.type),
            sa.literal(confirmed[1], sa.BigInteger),
        )
        oldest = (
            sa.select(outbox.c.created_at)
            .where(later)
            .order_by(outbox.c.tx, outbox.c.seq)
            .limit(1)
            .scalar_subquery()
        )
        behind, oldest_at = (await session.execute(sa.select(_counted(later), oldest))).one()
        found.append(Reader(name, behind, oldest_at, None if row is None else row.confirmed_at))
    return found


async def incoming(session: AsyncSession, service: str) -> Sequence[Incoming]:
    """What waits in `service`, for each of its consumers."""
    retries = await _by_consumer(session, retry, sa.func.min(retry.c.due_at))
    waiting = await _by_consumer(session, parked, sa.func.min(parked.c.parked_at))
    dead = await _by_consumer(
        session,
        dead_letter,
        sa.func.min(dead_letter.c.died_at),
        dead_letter.c.discarded_at.is_(None),
    )
    return [
        Incoming(
            consumer=name,
            retrying=retries.get(name, (0, None))[0],
            next_attempt_at=retries.get(name, (0, None))[1],
            parked=waiting.get(name, (0, None))[0],
            oldest_parked_at=waiting.get(name, (0, None))[1],
            dead=dead.get(name, (0, None))[0],
        )
        for name in _consumers_of(service)
    ]


async def compared(session: AsyncSession, service: str) -> Sequence[Compared]:
    """The watermark of each consumer of `service` for each producer that it reads."""
    query = sa.select(watermark.c.consumer, watermark.c.producer, watermark.c.checked_at)
    known = {(row[0], row[1]): row[2] for row in (await session.execute(query)).all()}
    return [
        Compared(name, producer, known.get((name, producer)))
        for name in _consumers_of(service)
        for producer in SUBSCRIPTIONS[name]
    ]


def _consumers_of(service: str) -> Sequence[str]:
    return [name for name in SUBSCRIPTIONS if service_of(name) == service]


def _counted(condition: "sa.ColumnElement[bool]") -> "sa.ScalarSelect[int]":
    some = sa.select(outbox.c.seq).where(condition).limit(COUNTED).subquery()
    return sa.select(sa.func.count()).select_from(some).scalar_subquery()


async def _by_consumer(
    session: AsyncSession,
    table: sa.Table,
    first: "sa.ColumnElement[datetime]",
    *conditions: "sa.ColumnElement[bool]",
) -> dict[str, tuple[int, datetime | None]]:
    query = (
        sa.select(table.c.consumer, sa.func.count(), first)
        .where(*conditions)
        .group_by(table.c.consumer)
    )
    return {row[0]: (row[1], row[2]) for row in (await session.execute(query)).all()}
