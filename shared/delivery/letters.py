"""One dead letter, and what became of it once somebody acted on it."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging.dead_letters import DeadLetter, DeadLetters
from shared.messaging.tables import inbox, parked, retry


class LetterState(Enum):
    """DEAD waits for a person; RETRYING is on its way again; APPLIED took effect after all."""

    DEAD = "DEAD"
    DISCARDED = "DISCARDED"
    RETRYING = "RETRYING"
    APPLIED = "APPLIED"


@dataclass(frozen=True, slots=True)
class Letter:
    """An event at one consumer. Of one that was applied, no more is kept than when that was.

    `waiting` counts the events about the same thing that are held back behind it.
    """

    consumer: str
    event_id: UUID
    state: LetterState
    type: str | None = None
    producer: str | None = None
    aggregate_id: UUID | None = None
    version: int | None = None
    correlation_id: UUID | None = None
    body: bytes | None = None
    attempts: int | None = None
    error: str | None = None
    trace: str | None = None
    failed_at: datetime | None = None
    next_attempt_at: datetime | None = None
    applied_at: datetime | None = None
    discarded_at: datetime | None = None
    discarded_by: str | None = None
    discard_reason: str | None = None
    waiting: int = 0


def of_dead(dead: DeadLetter, waiting: int = 0) -> Letter:
    """A row of the dead letters."""
    return Letter(
        consumer=dead.consumer,
        event_id=dead.event_id,
        state=LetterState.DISCARDED if dead.discarded_at else LetterState.DEAD,
        type=dead.type,
        producer=dead.producer,
        aggregate_id=dead.aggregate_id,
        version=dead.version,
        correlation_id=dead.correlation_id,
        body=dead.body,
        attempts=dead.attempts,
        error=dead.error,
        trace=dead.trace,
        failed_at=dead.died_at,
        discarded_at=dead.discarded_at,
        discarded_by=dead.discarded_by,
        discard_reason=dead.discard_reason,
        waiting=waiting,
    )


async def find(session: AsyncSession, consumer: str, event_id: UUID) -> Letter | None:
    """Where the event stands at this consumer; None when it is neither dead, retried nor applied.

    One that was parked only is none of these: it waits for another.
    """
    dead = await DeadLetters(session).show(consumer, event_id)
    if dead is not None:
        waiting = await _waiting(session, consumer, dead.producer, dead.aggregate_id)
        return of_dead(dead, waiting)
    return await _retried(session, consumer, event_id) or await _applied(
        session, consumer, event_id
    )


async def _retried(session: AsyncSession, consumer: str, event_id: UUID) -> Letter | None:
    query = sa.select(retry).where(retry.c.consumer == consumer, retry.c.event_id == event_id)
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return None
    return Letter(
        consumer=consumer,
        event_id=event_id,
        state=LetterState.RETRYING,
        type=row.type,
        producer=row.producer,
        aggregate_id=row.aggregate_id,
        version=row.version,
        correlation_id=row.correlation_id,
        body=row.body,
        attempts=row.attempts,
        error=row.error,
        trace=row.trace,
        failed_at=row.failed_at,
        next_attempt_at=row.due_at,
        waiting=await _waiting(session, consumer, row.producer, row.aggregate_id),
    )


async def _applied(session: AsyncSession, consumer: str, event_id: UUID) -> Letter | None:
    at = await session.scalar(
        sa.select(inbox.c.applied_at).where(
            inbox.c.consumer == consumer, inbox.c.event_id == event_id
        )
    )
    if at is None:
        return None
    return Letter(consumer, event_id, LetterState.APPLIED, applied_at=at)


async def _waiting(
    session: AsyncSession, consumer: str, producer: str, aggregate_id: UUID | None
) -> int:
    query = sa.select(sa.func.count()).where(
        parked.c.consumer == consumer,
        parked.c.producer == producer,
        parked.c.aggregate_id == aggregate_id,
    )
    return await session.scalar(query) or 0
