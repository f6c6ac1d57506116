"""A consumer that compares itself with its producer, and hears of nothing by a bus."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa

from db.engine import Database
from shared.messaging.cursor import Cursor
from shared.messaging.inbox_sql_rows import SqlInboxRows
from shared.messaging.journal import Journal, Page
from shared.messaging.journal_sql import SqlJournal
from shared.messaging.receiver import Receiver
from shared.messaging.reconciler import Reconciler
from shared.messaging.tables import inbox
from tests.integration.messaging.by_hand import HandBus
from tests.integration.messaging.by_hand import Journal as Effects
from tests.integration.messaging.world import PRODUCER, count, until


@dataclass
class Listening:
    """A journal that remembers what was asked of it."""

    journal: Journal
    cursors: list[Cursor | None] = field(default_factory=list)
    fetched: list[UUID] = field(default_factory=list)
    meanwhile: Callable[[], object] | None = None

    async def after(self, consumer: str, cursor: Cursor | None, limit: int) -> Page:
        self.cursors.append(cursor)
        return await self.journal.after(consumer, cursor, limit)

    async def bodies(self, consumer: str, events: Sequence[UUID]) -> Sequence[bytes]:
        self.fetched += events
        return await self.journal.bodies(consumer, events)


@dataclass
class Comparing:
    """`compare()` until nothing moves is what `Reconciler.run` does for ever."""

    database: Database
    effects: Effects
    journal: Listening
    reconciler: Reconciler
    bus: HandBus
    receiver: Receiver

    @classmethod
    async def on(cls, producer: Database, consumer: Database) -> "Comparing":
        effects = await Effects.on(consumer)
        return cls.again(producer, consumer, effects)

    @classmethod
    def again(cls, producer: Database, consumer: Database, effects: Effects) -> "Comparing":
        """A process of the same consumer that was started anew."""
        journal = Listening(SqlJournal(PRODUCER, producer))
        bus = HandBus()
        receiver = Receiver(consumer, bus, effects.consumer())
        reconciler = Reconciler(consumer, receiver, {PRODUCER: journal})
        return cls(consumer, effects, journal, reconciler, bus, receiver)

    async def compare(self) -> int:
        return await self.reconciler.compare(PRODUCER)

    async def watermark(self) -> Cursor | None:
        async with self.database.reading() as session:
            return await SqlInboxRows(session, "crm").watermark(PRODUCER)


async def confirmed(producer: Database) -> tuple[str, int, int] | None:
    """What the consumer has confirmed of the producer's outbox."""
    async with producer.reading() as session:
        row = (
            await session.execute(
                sa.text(
                    "select epoch, tx::text::bigint, seq from outbox_reader where consumer = 'crm'"
                )
            )
        ).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


async def settled(comparing: Comparing, wanted: int) -> None:
    """Compared until `wanted` events took effect: other tests' transactions may still be open."""

    async def done() -> bool:
        await comparing.compare()
        return await count(comparing.database, inbox) >= wanted

    await until(done)
