"""The inbox: each event takes effect exactly once, and an aggregate's events in their order."""

from collections.abc import Sequence
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from shared.messaging.consumer import Consumer
from shared.messaging.envelope import Envelope
from shared.messaging.tables import dead_letter, inbox, parked, position, retry

_FAILED = (retry, dead_letter)
_LEFT_BEHIND_AT_ONCE = 50


class Outcome(Enum):
    """What became of a delivery; after each of them it may be acknowledged."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    PARKED = "parked"


class Inbox:
    """Applies envelopes for one consumer."""

    def __init__(self, database: Database, consumer: Consumer) -> None:
        self._database = database
        self._consumer = consumer

    async def receive(self, envelope: Envelope) -> Outcome:
        """Apply `envelope` in one transaction: inbox row, effects, new outbox rows, position.

        A version that was seen is a duplicate; one from the future is parked until the gap before
        it is filled. Whatever the handler raises rolls everything back and is raised.
        """
        async with self._database.transaction() as session:
            version = await self._lock_position(session, envelope)
            if envelope.aggregate_version <= version:
                # One that was applied by one task while another failed on it.
                await self._forget_retry(session, envelope)
                return Outcome.DUPLICATE
            if envelope.aggregate_version > version + 1:
                await self._park(session, envelope)
                return Outcome.PARKED
            await self._apply(session, envelope)
            return Outcome.APPLIED

    async def next_parked(self, after: Envelope) -> Envelope | None:
        """The parked envelope that follows `after` directly, if there is one."""
        async with self._database.reading() as session:
            found = await session.scalar(
                sa.select(parked.c.body).where(
                    *self._of(parked, after), parked.c.version == after.aggregate_version + 1
                )
            )
        return None if found is None else Envelope.decode(found)

    async def left_behind(self) -> Sequence[Envelope]:
        """Parked envelopes whose gap is filled: whoever filled it died before it brought them on.

        Those that failed themselves are not among them: a retry or a person brings them on.
        """
        failed = sa.union_all(
            *(sa.select(t.c.event_id).where(t.c.consumer == self._consumer.name) for t in _FAILED)
        )
        ready = (
            sa.select(parked.c.body)
            .join(
                position,
                sa.and_(
                    position.c.consumer == parked.c.consumer,
                    position.c.producer == parked.c.producer,
                    position.c.aggregate_id == parked.c.aggregate_id,
                    position.c.version == parked.c.version - 1,
                ),
            )
            .where(parked.c.consumer == self._consumer.name, parked.c.event_id.not_in(failed))
            .limit(_LEFT_BEHIND_AT_ONCE)
        )
        async with self._database.reading() as session:
            found = (await session.scalars(ready)).all()
        return [Envelope.decode(body) for body in found]

    async def _lock_position(self, session: AsyncSession, envelope: Envelope) -> int:
        await session.execute(
            insert(position)
            .values(
                consumer=self._consumer.name,
                producer=envelope.producer,
                aggregate_id=envelope.aggregate_id,
                version=0,
            )
            .on_conflict_do_nothing()
        )
        version = await session.scalar(
            sa.select(position.c.version).where(*self._of(position, envelope)).with_for_update()
        )
        return int(version or 0)

    async def _apply(self, session: AsyncSession, envelope: Envelope) -> None:
        name = self._consumer.name
        await session.execute(sa.insert(inbox).values(consumer=name, event_id=envelope.id))
        handlers = self._consumer.handlers
        handler = next((h for cls, h in handlers.items() if cls.__name__ == envelope.type), None)
        if handler is not None or self._consumer.every is not None:
            event = envelope.event()
            if self._consumer.every is not None:
                await self._consumer.every(session, event, envelope)
            if handler is not None:
                await handler(session, event, envelope)
        await session.execute(
            sa.update(position)
            .where(*self._of(position, envelope))
            .values(version=envelope.aggregate_version)
        )
        await session.execute(
            sa.delete(parked).where(
                *self._of(parked, envelope), parked.c.version == envelope.aggregate_version
            )
        )
        await self._forget_retry(session, envelope)

    async def _forget_retry(self, session: AsyncSession, envelope: Envelope) -> None:
        await session.execute(
            sa.delete(retry).where(
                retry.c.consumer == self._consumer.name, retry.c.event_id == envelope.id
            )
        )

    async def _park(self, session: AsyncSession, envelope: Envelope) -> None:
        await session.execute(
            insert(parked)
            .values(
                consumer=self._consumer.name,
                producer=envelope.producer,
                aggregate_id=envelope.aggregate_id,
                version=envelope.aggregate_version,
                event_id=envelope.id,
                body=envelope.encode(),
            )
            .on_conflict_do_nothing()
        )

    def _of(self, table: sa.Table, envelope: Envelope) -> tuple[sa.ColumnElement[bool], ...]:
        return (
            table.c.consumer == self._consumer.name,
            table.c.producer == envelope.producer,
            table.c.aggregate_id == envelope.aggregate_id,
        )
