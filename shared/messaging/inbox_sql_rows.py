"""A consumer's rows in PostgreSQL."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from shared.live.hints import changed
from shared.messaging import inbox_sql as sql
from shared.messaging.cursor import Cursor
from shared.messaging.envelope import Aggregate, Envelope
from shared.messaging.inbox_rows import (
    LIVE_TOPIC,
    STRANGE,
    UNREADABLE,
    Attempt,
    Entry,
    Failure,
    Known,
)


class SqlInboxRows:
    """`InboxRows`, by the statements of `inbox_sql`."""

    def __init__(self, session: AsyncSession, consumer: str) -> None:
        self._session = session
        self._consumer = consumer

    async def lock(self, envelopes: Sequence[Envelope]) -> Known:
        await self._run(sql.LOCK_POSITIONS, **_arrays({e.aggregate for e in envelopes}))
        found = await self._run(
            sql.KNOWN,
            producers=[e.producer for e in envelopes],
            aggregates=[e.aggregate_id for e in envelopes],
            events=[e.id for e in envelopes],
        )
        versions, waiting, followed = {}, set(), set()
        for envelope, (version, waits, has_parked) in zip(envelopes, found, strict=True):
            versions[envelope.aggregate] = int(version)
            if waits:
                waiting.add(envelope.id)
            if has_parked:
                followed.add(envelope.aggregate)
        return Known(versions, frozenset(waiting), frozenset(followed))

    async def settle(self) -> None:
        if self._session.new or self._session.identity_map:
            await self._session.flush()
            self._session.expunge_all()

    async def insert_inbox(self, events: Sequence[UUID]) -> None:
        await self._run(sql.INSERT_INBOX, events=list(events))

    async def advance(self, versions: Mapping[Aggregate, int]) -> None:
        ordered = [versions[aggregate] for aggregate in sorted(versions)]
        await self._run(sql.ADVANCE, **_arrays(versions), versions=ordered)

    async def park(self, envelopes: Sequence[Envelope]) -> None:
        await self._run(sql.PARK, **_columns(envelopes))

    async def release(self, aggregates: Collection[Aggregate]) -> None:
        await self._run(sql.RELEASE, **_arrays(aggregates), strange=STRANGE)

    async def strangers(self, envelopes: Sequence[Envelope]) -> Collection[UUID]:
        found = await self._run(
            sql.STRANGERS,
            producers=[e.producer for e in envelopes],
            aggregates=[e.aggregate_id for e in envelopes],
            versions=[e.aggregate_version for e in envelopes],
            events=[e.id for e in envelopes],
            occurred=[e.occurred_at for e in envelopes],
        )
        return frozenset(found.scalars())

    async def bury_strangers(self, envelopes: Sequence[Envelope]) -> None:
        await self._run(sql.BURY_STRANGERS, **_columns(envelopes), strange=STRANGE)
        changed(self._session, LIVE_TOPIC)

    async def keep(
        self, envelope: Envelope, failure: Failure, *, attempts: int, delay: float
    ) -> None:
        await self._run(
            sql.KEEP,
            event=envelope.id,
            type=envelope.type,
            producer=envelope.producer,
            aggregate=envelope.aggregate_id,
            version=envelope.aggregate_version,
            correlation=envelope.correlation_id,
            body=envelope.encode(),
            attempts=attempts,
            error=failure.error,
            trace=failure.trace,
            delay=delay,
        )

    async def finish(self, event: UUID, attempt: int) -> bool:
        found = await self._run(sql.FINISH, event=event, attempt=attempt)
        return found.one_or_none() is not None

    async def postpone(self, event: UUID, attempt: int, failure: Failure, delay: float) -> None:
        await self._run(
            sql.POSTPONE,
            event=event,
            attempt=attempt,
            error=failure.error,
            trace=failure.trace,
            delay=delay,
        )

    async def claim(self, lease: float, failure: Failure) -> Attempt | None:
        found = await self._run(sql.CLAIM, lease=lease, error=failure.error, trace=failure.trace)
        row = found.one_or_none()
        return None if row is None else Attempt(*row)

    async def bury(self, event: UUID, attempt: int, failure: Failure) -> None:
        await self._run(
            sql.BURY, event=event, attempt=attempt, error=failure.error, trace=failure.trace
        )
        changed(self._session, LIVE_TOPIC)

    async def bury_body(self, event: UUID, producer: str, body: bytes, failure: Failure) -> None:
        await self._run(
            sql.BURY_BODY,
            event=event,
            type=UNREADABLE,
            producer=producer,
            body=body,
            error=failure.error,
            trace=failure.trace,
        )
        changed(self._session, LIVE_TOPIC)

    async def redrive(self, events: Collection[UUID], actor: str) -> Sequence[UUID]:
        found = await self._run(sql.REDRIVE, events=list(events), actor=actor)
        changed(self._session, LIVE_TOPIC)
        return found.scalars().all()

    async def discard(self, events: Collection[UUID], actor: str, reason: str) -> Sequence[UUID]:
        await self._run(sql.LOCK_POSITIONS_OF_LETTERS, events=list(events))
        found = await self._run(sql.DISCARD, events=list(events), actor=actor, reason=reason)
        closed = found.all()
        await self.release(
            {Aggregate(row.producer, row.aggregate_id) for row in closed if row.aggregate_id}
        )
        changed(self._session, LIVE_TOPIC)
        return [row.event_id for row in closed]

    async def unknown(self, producer: str, entries: Sequence[Entry]) -> Sequence[UUID]:
        found = await self._run(
            sql.UNKNOWN,
            producer=producer,
            events=[e.event_id for e in entries],
            aggregates=[e.aggregate_id for e in entries],
            versions=[e.version for e in entries],
        )
        return found.scalars().all()

    async def watermark(self, producer: str) -> Cursor | None:
        row = (await self._run(sql.WATERMARK, producer=producer)).one_or_none()
        return None if row is None else Cursor(*row)

    async def begin_resending(self, producer: str) -> int:
        return int((await self._run(sql.BEGIN_RESENDING, producer=producer)).scalar_one())

    async def move_watermark(self, producer: str, cursor: Cursor) -> None:
        await self._run(
            sql.MOVE_WATERMARK,
            producer=producer,
            epoch=cursor.epoch,
            tx=str(cursor.tx),
            seq=cursor.seq,
        )

    async def _run(self, statement: sa.TextClause, **values: object) -> sa.Result[Any]:
        return await self._session.execute(statement, {"consumer": self._consumer, **values})


def _arrays(aggregates: Iterable[Aggregate]) -> dict[str, list[Any]]:
    """In their fixed order, by which everybody locks."""
    ordered = sorted(aggregates)
    return {"producers": [a.producer for a in ordered], "aggregates": [a.id for a in ordered]}


def _columns(envelopes: Sequence[Envelope]) -> dict[str, list[Any]]:
    return {
        "events": [e.id for e in envelopes],
        "types": [e.type for e in envelopes],
        "producers": [e.producer for e in envelopes],
        "aggregates": [e.aggregate_id for e in envelopes],
        "versions": [e.aggregate_version for e in envelopes],
        "correlations": [e.correlation_id for e in envelopes],
        "bodies": [e.encode() for e in envelopes],
    }
