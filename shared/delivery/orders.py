"""What became of each event of one order: who sent it, and what every consumer did with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from shared.ids import reference_tail
from shared.messaging.subscriptions import SUBSCRIPTIONS, service_of
from shared.messaging.tables import dead_letter, inbox, outbox, parked, position, retry


@dataclass(frozen=True, slots=True)
class SentEvent:
    """A row of a producer's outbox."""

    id: UUID
    producer: str
    type: str
    aggregate_id: UUID
    version: int
    created_at: datetime
    published_at: datetime | None


class Fate(StrEnum):
    """What a consumer has done with an event."""

    APPLIED = "applied"
    PARKED = "parked"
    RETRYING = "retrying"
    DEAD = "dead"
    DISCARDED = "discarded"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Standing:
    """One event at one consumer. `at` is when that came about, as far as it is still known.

    `error` and `attempts` are there for what failed.
    """

    consumer: str
    event_id: UUID
    fate: Fate
    at: datetime | None = None
    attempts: int | None = None
    error: str | None = None


async def sent(session: AsyncSession, producer: str, order_id: UUID) -> Sequence[SentEvent]:
    """The events of an order in the outbox of `producer`, in their order."""
    rows = await session.execute(
        sa.select(
            outbox.c.id,
            outbox.c.type,
            outbox.c.aggregate_id,
            outbox.c.aggregate_version,
            outbox.c.created_at,
            outbox.c.published_at,
        )
        .where(outbox.c.correlation_id == order_id)
        .order_by(outbox.c.seq)
    )
    return [SentEvent(row[0], producer, *row[1:]) for row in rows.all()]


async def with_reference(session: AsyncSession, reference: str) -> Sequence[UUID]:
    """The ids of which `reference` (PL-…) is made; of orders in this outbox.

    Raises ValueError when it is no reference. Reads the whole outbox: the id is found at once.
    """
    tail = sa.func.right(sa.cast(outbox.c.correlation_id, sa.Text), 10)
    query = sa.select(outbox.c.correlation_id).distinct().where(tail == reference_tail(reference))
    return (await session.scalars(query)).all()


async def standings(
    session: AsyncSession, service: str, events: Iterable[SentEvent]
) -> Sequence[Standing]:
    """What each consumer of `service` did with those of `events` that it listens to."""
    found: list[Standing] = []
    known = list(events)
    for name, producers in SUBSCRIPTIONS.items():
        heard = [event for event in known if event.producer in producers]
        if service_of(name) == service and heard:
            found += await _standings_of(session, name, heard)
    return found


async def _standings_of(
    session: AsyncSession, consumer: str, events: Sequence[SentEvent]
) -> Sequence[Standing]:
    ids = [event.id for event in events]
    failed = await _failed(session, consumer, ids)
    applied = await _times(session, inbox, inbox.c.applied_at, consumer, ids)
    waiting = await _times(session, parked, parked.c.parked_at, consumer, ids)
    positions = await _positions(session, consumer, events)
    standing = []
    for event in events:
        if event.id in failed:
            standing.append(failed[event.id])
        elif event.id in applied:
            standing.append(Standing(consumer, event.id, Fate.APPLIED, applied[event.id]))
        elif event.id in waiting:
            standing.append(Standing(consumer, event.id, Fate.PARKED, waiting[event.id]))
        elif event.version <= positions.get((event.producer, event.aggregate_id), 0):
            # The inbox forgets after a month; the position never does.
            standing.append(Standing(consumer, event.id, Fate.APPLIED))
        else:
            standing.append(Standing(consumer, event.id, Fate.MISSING))
    return standing


async def _failed(
    session: AsyncSession, consumer: str, ids: Sequence[UUID]
) -> Mapping[UUID, Standing]:
    dead = await session.execute(
        sa.select(
            dead_letter.c.event_id,
            dead_letter.c.died_at,
            dead_letter.c.discarded_at,
            dead_letter.c.attempts,
            dead_letter.c.error,
        ).where(dead_letter.c.consumer == consumer, dead_letter.c.event_id.in_(ids))
    )
    again = await session.execute(
        sa.select(retry.c.event_id, retry.c.failed_at, retry.c.attempts, retry.c.error).where(
            retry.c.consumer == consumer, retry.c.event_id.in_(ids)
        )
    )
    found = {
        key: Standing(consumer, key, Fate.RETRYING, at, attempts, error)
        for key, at, attempts, error in again.all()
    }
    for key, died_at, discarded_at, attempts, error in dead.all():
        fate = Fate.DISCARDED if discarded_at else Fate.DEAD
        found[key] = Standing(consumer, key, fate, discarded_at or died_at, attempts, error)
    return found


async def _times(
    session: AsyncSession,
    table: sa.Table,
    time: "sa.ColumnElement[datetime]",
    consumer: str,
    ids: Sequence[UUID],
) -> Mapping[UUID, datetime]:
    query = sa.select(table.c.event_id, time).where(
        table.c.consumer == consumer, table.c.event_id.in_(ids)
    )
    return {row[0]: row[1] for row in (await session.execute(query)).all()}


async def _positions(
    session: AsyncSession, consumer: str, events: Sequence[SentEvent]
) -> Mapping[tuple[str, UUID], int]:
    query = sa.select(position.c.producer, position.c.aggregate_id, position.c.version).where(
        position.c.consumer == consumer,
        position.c.aggregate_id.in_({event.aggregate_id for event in events}),
    )
    return {(row[0], row[1]): row[2] for row in (await session.execute(query)).all()}
