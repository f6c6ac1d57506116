"""What tests of delivery need: a consumer that remembers, events, and waiting for them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from shared.messaging import Consumer, Envelope, publish
from shared.messaging.events import OrderExpired
from shared.messaging.outbox_rows import envelope_of
from shared.messaging.tables import inbox, outbox
from tests.patience import cancelled

PRODUCER = "shop"


class Effects:
    """What a consumer did, in its order."""

    def __init__(self) -> None:
        self.seen: list[tuple[UUID, str]] = []
        self.fault: Exception | None = None

    async def handle(self, _: AsyncSession, event: OrderExpired, __: Envelope) -> None:
        if self.fault is not None:
            raise self.fault
        self.seen.append((event.order_id, event.reason))

    def consumer(self, name: str = "crm") -> Consumer:
        return Consumer(name, (PRODUCER,), {OrderExpired: self.handle})


async def write(database: Database, order: UUID, *reasons: str) -> None:
    for reason in reasons:
        async with database.transaction() as session:
            await append(session, order, reason)


async def append(session: AsyncSession, order: UUID, reason: str) -> None:
    await publish(
        session,
        OrderExpired(order_id=order, reference="PL-1", reason=reason),
        aggregate_type="order",
        aggregate_id=order,
        correlation_id=order,
    )


async def envelopes(database: Database) -> list[Envelope]:
    async with database.reading() as session:
        rows = (await session.execute(sa.select(outbox).order_by(outbox.c.seq))).all()
    return [envelope_of(PRODUCER, row) for row in rows]


async def count(database: Database, table: sa.Table) -> int:
    async with database.reading() as session:
        return int(await session.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


async def applied(database: Database, wanted: int) -> bool:
    return await count(database, inbox) == wanted


@asynccontextmanager
async def during(*runs: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(run()) for run in runs]
    try:
        yield
    finally:
        await cancelled(*tasks)


async def until(condition: Callable[[], bool | Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while True:
            answer = condition()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.01)
