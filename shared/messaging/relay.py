"""The relay: moves committed outbox rows to the bus, in order, one active for a database."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import asyncpg
import sqlalchemy as sa
import structlog

from db.connection import plain_url
from db.engine import Database
from shared.messaging.bus import Bus, BusUnavailable
from shared.messaging.envelope import Envelope
from shared.messaging.tables import outbox
from shared.messaging.wakeup import CHANNEL

BATCH = 200
POLL_SECONDS = 0.25
_STANDBY_SECONDS = 1.0
_RECOVERY_SECONDS = 0.5
_ANSWER_SECONDS = 10.0
_LOCK = 5_028_114_601  # one number for "the relay"; advisory locks are local to a database
_ANY_UNPUBLISHED = "select exists (select from outbox where published_at is null)"
_log = structlog.get_logger(__name__)


class Relay:
    """Publishes what is unpublished. A second relay of the same database stands by.

    The order is: read, publish, await the confirmation, mark. A crash between the last two
    publishes again, which the consumers' inboxes absorb. No transaction is open while publishing.
    """

    def __init__(self, producer: str, database: Database, bus: Bus) -> None:
        self.producer = producer
        self._database = database
        self._bus = bus
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled; faults of the database and of the bus are waited out."""
        while True:
            try:
                await self._hold_lock_and_publish()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, sa.exc.DBAPIError) as e:
                _log.warning(
                    "relay lost its database, waiting", producer=self.producer, error=str(e)
                )
                await asyncio.sleep(_RECOVERY_SECONDS)

    async def _hold_lock_and_publish(self) -> None:
        connection = await asyncpg.connect(
            plain_url(self._database.url),
            timeout=_ANSWER_SECONDS,
            command_timeout=_ANSWER_SECONDS,  # a connection may be cut without anybody being told
            server_settings={"application_name": f"partline-{self.producer}-relay"},
        )
        try:
            await self._stand_by(connection)
            await connection.add_listener(CHANNEL, lambda *_: self._wake.set())
            await self._publish_forever(connection)
        finally:
            connection.terminate()

    async def _stand_by(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        # Asked again and again: waiting inside pg_advisory_lock would hold a snapshot open.
        while True:
            if await connection.fetchval("select pg_try_advisory_lock($1)", _LOCK):
                return
            await asyncio.sleep(_STANDBY_SECONDS)

    async def _publish_forever(self, lock: "asyncpg.Connection[asyncpg.Record]") -> None:
        while not lock.is_closed():
            self._wake.clear()
            try:
                while await self.publish_batch() == BATCH:
                    continue
            except BusUnavailable as error:
                _log.warning("bus is away, events wait in the outbox", error=str(error))
                await asyncio.sleep(_RECOVERY_SECONDS)
                continue
            await self._wait_for_rows(lock)

    async def _wait_for_rows(self, lock: "asyncpg.Connection[asyncpg.Record]") -> None:
        # A process that dies between its commit and its NOTIFY wakes nobody: hence the poll.
        while not self._wake.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
            if await lock.fetchval(_ANY_UNPUBLISHED):
                return

    async def publish_batch(self) -> int:
        """Publish the oldest unpublished rows, at most `BATCH`; gives how many.

        Raises BusUnavailable with nothing marked.
        """
        async with self._database.reading() as session:
            rows = (
                await session.execute(
                    sa.select(outbox)
                    .where(outbox.c.published_at.is_(None))
                    .order_by(outbox.c.seq)
                    .limit(BATCH)
                )
            ).all()
        if not rows:
            return 0
        await self._bus.publish(
            self.producer, [envelope_of(self.producer, r).encode() for r in rows]
        )
        await self._mark([row.seq for row in rows])
        return len(rows)

    async def _mark(self, sequence_numbers: Sequence[int]) -> None:
        async with self._database.transaction() as session:
            await session.execute(
                sa.update(outbox)
                .where(outbox.c.seq.in_(sequence_numbers))
                .values(published_at=sa.func.clock_timestamp())
            )


def envelope_of(producer: str, row: "sa.Row[tuple[object, ...]]") -> Envelope:
    """An outbox row as it travels."""
    return Envelope(
        id=row.id,
        producer=producer,
        type=row.type,
        schema_version=row.schema_version,
        aggregate_type=row.aggregate_type,
        aggregate_id=row.aggregate_id,
        aggregate_version=row.aggregate_version,
        correlation_id=row.correlation_id,
        occurred_at=row.created_at,
        payload=row.payload,
        headers=row.headers,
    )
