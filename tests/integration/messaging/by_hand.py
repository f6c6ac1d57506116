"""A bus whose deliveries the test itself hands out, and failures at will."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from copy import copy
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from shared.messaging import Consumer, Envelope
from shared.messaging.bus import Delivery
from shared.messaging.events import OrderClosed, OrderExpired
from shared.messaging.tables import dead_letter, inbox, parked, retry
from tests.envelopes import sent
from tests.integration.messaging.world import PRODUCER


def event(order: UUID, version: int, reason: str) -> Envelope:
    """Event number `version` of `order`, as its producer sends it."""
    happened = OrderExpired(order_id=order, reference="PL-1", reason=reason)
    return sent(PRODUCER, happened, order, version)


def history(order: UUID, *reasons: str) -> list[Envelope]:
    """The events of `order` from its first."""
    return [event(order, version, reason) for version, reason in enumerate(reasons, 1)]


class HandBus:
    """Delivers what is put into it, and remembers what was acknowledged."""

    def __init__(self) -> None:
        self.acknowledged: list[bytes] = []
        self._batches: asyncio.Queue[Sequence[Delivery]] = asyncio.Queue()  # an empty one ends it

    def hand(self, *bodies: bytes, earlier: int = 0, producer: str = PRODUCER) -> None:
        self._batches.put_nowait([Delivery(producer, "", body, earlier) for body in bodies])

    async def publish(self, producer: str, bodies: Sequence[bytes]) -> None:
        self.hand(*bodies, producer=producer)

    async def deliveries(
        self, _consumer: str, _producers: Sequence[str]
    ) -> AsyncGenerator[Sequence[Delivery], None]:
        while batch := await self._batches.get():
            yield batch

    async def acknowledge(self, _consumer: str, deliveries: Sequence[Delivery]) -> None:
        self.acknowledged.extend(delivery.body for delivery in deliveries)

    async def close(self) -> None:
        self._batches.put_nowait([])


effect = sa.table("effect", sa.column("event_id"), sa.column("reason"))


class Journal:
    """A consumer that writes each event that it sees as a row, in the inbox's transaction.

    `faults`: what is raised for the events with these reasons.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.faults: dict[str, BaseException] = {}
        self.begun: list[str] = []

    @classmethod
    async def on(cls, database: Database) -> "Journal":
        async with database.transaction() as session:
            await session.execute(
                sa.text(
                    "create table effect (place bigserial, event_id uuid, reason text,"
                    " at timestamptz default clock_timestamp())"
                )
            )
        return cls(database)

    async def handle(self, session: AsyncSession, event: OrderExpired, envelope: Envelope) -> None:
        self.begun.append(event.reason)
        await session.execute(sa.insert(effect).values(event_id=envelope.id, reason=event.reason))
        if fault := self.faults.get(event.reason):
            raise copy(fault)  # one that is raised again and again drags a longer and longer trace

    def consumer(self, name: str = "crm") -> Consumer:
        return Consumer(name, (PRODUCER,), {OrderExpired: self.handle})

    def deaf(self, name: str = "crm") -> Consumer:
        """One that has a handler for nothing that comes."""
        return Consumer(name, (PRODUCER,), {OrderClosed: self.handle})

    async def effects(self) -> list[str]:
        """The reasons of all that took effect, in their order."""
        async with self.database.reading() as session:
            query = sa.text("select reason from effect order by place")
            return list(await session.scalars(query))


async def places(database: Database) -> dict[UUID, list[str]]:
    """Where each event is that the consumer knows of: one place, if all is well."""
    found: dict[UUID, list[str]] = {}
    async with database.reading() as session:
        for table in (inbox, parked, retry, dead_letter):
            for event in await session.scalars(sa.select(table.c.event_id)):
                found.setdefault(event, []).append(table.name)
    return found
