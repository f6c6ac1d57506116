"""Where an event waits that could not be applied: for its next attempt, or for a person."""

import random
import traceback
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from shared.messaging.envelope import Envelope
from shared.messaging.faults import MAX_ATTEMPTS, is_permanent, retry_delay
from shared.messaging.tables import dead_letter, retry

_DUE_AT_ONCE = 50


class Failures:
    """Retries and dead letters of one consumer, in its own database."""

    def __init__(self, database: Database, consumer: str) -> None:
        self._database = database
        self._consumer = consumer
        self._chance = random.Random()  # noqa: S311 - jitter, not a secret

    async def record(self, envelope: Envelope, error: Exception) -> bool:
        """Keep `envelope` for later; gives whether it is dead.

        A permanent fault dies at once, another at its tenth attempt. Later events of the same
        aggregate are parked behind it, so that order holds.
        """
        async with self._database.transaction() as session:
            attempts = 1 + (await session.scalar(self._attempts(envelope)) or 0)
            dead = is_permanent(error) or attempts >= MAX_ATTEMPTS
            if dead:
                await self._bury(session, envelope, error, attempts)
            else:
                await self._postpone(session, envelope, error, attempts)
        return dead

    async def due(self) -> Sequence[Envelope]:
        """What may be tried again now, oldest first."""
        async with self._database.reading() as session:
            found = await session.scalars(
                sa.select(retry.c.body)
                .where(
                    retry.c.consumer == self._consumer, retry.c.due_at <= sa.func.clock_timestamp()
                )
                .order_by(retry.c.due_at)
                .limit(_DUE_AT_ONCE)
            )
            return [Envelope.decode(body) for body in found]

    def _attempts(self, envelope: Envelope) -> "sa.Select[tuple[int]]":
        return sa.select(retry.c.attempts).where(
            retry.c.consumer == self._consumer, retry.c.event_id == envelope.id
        )

    async def _postpone(
        self, session: AsyncSession, envelope: Envelope, error: Exception, attempts: int
    ) -> None:
        delay = timedelta(seconds=retry_delay(attempts, self._chance))
        values = {
            "attempts": attempts,
            "error": _sentence(error),
            "trace": _trace(error),
            "due_at": sa.func.clock_timestamp() + delay,
        }
        await session.execute(
            insert(retry)
            .values(
                **_letter(self._consumer, envelope),
                **values,
            )
            .on_conflict_do_update(index_elements=["consumer", "event_id"], set_=values)
        )

    async def _bury(
        self, session: AsyncSession, envelope: Envelope, error: Exception, attempts: int
    ) -> None:
        await session.execute(
            insert(dead_letter)
            .values(
                **_letter(self._consumer, envelope),
                attempts=attempts,
                error=_sentence(error),
                trace=_trace(error),
            )
            .on_conflict_do_nothing()
        )
        await session.execute(
            sa.delete(retry).where(
                retry.c.consumer == self._consumer, retry.c.event_id == envelope.id
            )
        )


def _sentence(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:2_000]


def _trace(error: Exception) -> str:
    return "".join(traceback.format_exception(error))


def _letter(consumer: str, envelope: Envelope) -> dict[str, object]:
    return {
        "consumer": consumer,
        "event_id": envelope.id,
        "type": envelope.type,
        "producer": envelope.producer,
        "aggregate_id": envelope.aggregate_id,
        "version": envelope.aggregate_version,
        "correlation_id": envelope.correlation_id,
        "body": envelope.encode(),
    }
