"""What tests of failing events look at."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from shared.messaging import Envelope
from shared.messaging.events import OrderExpired
from shared.messaging.receiver import Receiver
from shared.messaging.tables import retry
from tests.integration.messaging.by_hand import HandBus, Journal, places


def receiver_of(journal: Journal, bus: HandBus) -> Receiver:
    return Receiver(journal.database, bus, journal.consumer())


async def attempts_of_waiting(database: Database) -> dict[UUID, int]:
    """The attempts used up by each event that waits for its next."""
    async with database.reading() as session:
        rows = await session.execute(sa.select(retry.c.event_id, retry.c.attempts))
        return {row.event_id: row.attempts for row in rows}


async def let_all_be_due(database: Database, **values: object) -> None:
    async with database.transaction() as session:
        await session.execute(sa.update(retry).values(due_at=sa.func.now(), **values))


async def lie_in(database: Database, wanted: dict[UUID, list[str]]) -> bool:
    return await places(database) == wanted


class Witness(Journal):
    """Notes, while an event is applied, how often others can read that it was attempted."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.counted: list[tuple[str, dict[UUID, int]]] = []

    async def handle(self, session: AsyncSession, event: OrderExpired, envelope: Envelope) -> None:
        self.counted.append((event.reason, await attempts_of_waiting(self.database)))
        await super().handle(session, event, envelope)
