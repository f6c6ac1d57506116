"""What the rows of the inbox and the outbox promise, wherever they are kept.

Each case is run on the simulated store and on PostgreSQL, so that what the simulation shows is true
of the real thing.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from shared.messaging.envelope import Envelope
from shared.messaging.inbox_rows import Entry, Failure, InboxRows
from shared.messaging.inbox_rows import Rows as InboxFactory
from shared.messaging.journal import Journal
from shared.messaging.outbox_rows import Rows as OutboxFactory
from shared.messaging.outbox_rows import Written
from shared.messaging.transactions import Transactions
from tests.torture.simulation.traffic import SimulatedNoise

SPACE = UUID("2c2d6b0e-9a3f-4c53-8d0c-6f4a6f7f6a11")
FAILURE = Failure("Broken: it did not work", "a trace")
ATTEMPTS = 3
FIRST, SECOND = (uuid5(SPACE, name) for name in ("first", "second"))


@dataclass(frozen=True)
class Stage:
    """A database with nothing in it, and its rows."""

    database: Transactions
    inbox: InboxFactory
    outbox: OutboxFactory
    journal: Journal

    async def do(self, work: Callable[[InboxRows], Awaitable[Any]]) -> Any:
        """In a transaction of its own."""
        async with self.database.transaction() as session:
            return await work(self.inbox(session, "crm"))

    async def apply(self, *envelopes: Envelope) -> None:
        """As the inbox does, without a gate."""
        async with self.database.transaction() as session:
            rows = self.inbox(session, "crm")
            known = await rows.lock(envelopes)
            await rows.insert_inbox([e.id for e in envelopes])
            await rows.advance({e.aggregate: e.aggregate_version for e in envelopes})
            await rows.release(known.followed)

    async def version(self, envelope: Envelope) -> int:
        known = await self.do(lambda rows: rows.lock([envelope]))
        return int(known.versions[envelope.aggregate])

    async def waits(self, envelope: Envelope) -> bool:
        """For a retry or for a person."""
        known = await self.do(lambda rows: rows.lock([envelope]))
        return envelope.id in known.waiting

    async def claim(self, lease: float = 100) -> Any:
        return await self.do(lambda rows: rows.claim(lease, FAILURE))

    async def is_unknown(self, *envelopes: Envelope) -> list[UUID]:
        entries = [Entry(e.id, e.aggregate_id, e.aggregate_version) for e in envelopes]
        return list(await self.do(lambda rows: rows.unknown("shop", entries)))


Case = Callable[[Stage], Awaitable[None]]


class Cases(list[Case]):
    """Collects the functions that it decorates."""

    def __call__(self, function: Case) -> Case:
        self.append(function)
        return function


def event(aggregate: UUID, version: int) -> Envelope:
    return Envelope(
        id=uuid5(aggregate, str(version)),
        producer="shop",
        type="SimulatedNoise",
        schema_version=1,
        aggregate_type="order",
        aggregate_id=aggregate,
        aggregate_version=version,
        correlation_id=aggregate,
        occurred_at=datetime(2030, 1, 1, tzinfo=UTC),
        payload={"number": version},
        headers={},
    )


def written(aggregate: UUID, event_id: UUID | None = None) -> Written:
    return Written(
        id=event_id or uuid4(),
        event=SimulatedNoise(number=1),
        aggregate_type="order",
        aggregate_id=aggregate,
        correlation_id=aggregate,
        actor=None,
    )


async def both(*works: Awaitable[Any]) -> Sequence[Any]:
    return await asyncio.gather(*works, return_exceptions=True)


def impostor(of: Envelope) -> Envelope:
    """Another event of the same version."""
    return replace(of, id=uuid5(of.id, "impostor"))
