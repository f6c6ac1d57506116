"""A producer's outbox, as rows in its own database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging.envelope import Envelope, payload_of
from shared.messaging.event import Event
from shared.messaging.tables import outbox


@dataclass(frozen=True, slots=True)
class Written:
    """An event as its producer writes it down; the database gives it its place and time."""

    id: UUID
    event: Event
    aggregate_type: str
    aggregate_id: UUID
    aggregate_version: int
    correlation_id: UUID
    actor: str | None


@dataclass(frozen=True, slots=True)
class Unpublished:
    """A row that the bus has not confirmed; `seq` is its number in this outbox."""

    seq: int
    envelope: Envelope


class OutboxRows(Protocol):
    """The outbox in one open transaction."""

    async def next_version(self, aggregate_id: UUID) -> int:
        """Take the aggregate's next version, 1 at first.

        Nobody else takes one until the transaction ends, so that versions commit in the order of
        their numbers, without gap or repeat.
        """

    async def append(self, written: Written) -> None:
        """Add an event; it is there once the transaction is committed, and never else.

        Raises CannotTravel.
        """

    async def unpublished(self, producer: str, limit: int) -> Sequence[Unpublished]:
        """The oldest that are not marked, in the order in which they were written."""

    async def mark(self, numbers: Sequence[int]) -> None:
        """The bus has confirmed these."""


Rows = Callable[[AsyncSession], OutboxRows]


class SqlOutboxRows:
    """The outbox in PostgreSQL."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def next_version(self, aggregate_id: UUID) -> int:
        version = await self._session.scalar(_NEXT_VERSION, {"id": aggregate_id})
        return int(version or 1)

    async def append(self, written: Written) -> None:
        row = {
            "id": written.id,
            "type": type(written.event).__name__,
            "schema_version": written.event.schema_version,
            "aggregate_type": written.aggregate_type,
            "aggregate_id": written.aggregate_id,
            "aggregate_version": written.aggregate_version,
            "correlation_id": written.correlation_id,
            "payload": payload_of(written.event),
            "headers": {"actor": written.actor} if written.actor else {},
        }
        await self._session.execute(_APPEND, row)

    async def unpublished(self, producer: str, limit: int) -> Sequence[Unpublished]:
        found = await self._session.execute(_UNPUBLISHED.limit(limit))
        return [Unpublished(row.seq, envelope_of(producer, row)) for row in found]

    async def mark(self, numbers: Sequence[int]) -> None:
        await self._session.execute(_MARK, {"numbers": list(numbers)})


# As text, since SQLAlchemy compiles an "on conflict" anew each time, which costs more than it.
_NEXT_VERSION = sa.text("""
    insert into aggregate (id, version) values (:id, 1)
    on conflict (id) do update set version = aggregate.version + 1 returning version
""")
_APPEND = sa.insert(outbox).inline()
# A transaction that commits late is found as well: it is not marked, whatever its number is.
_UNPUBLISHED = sa.select(outbox).where(outbox.c.published_at.is_(None)).order_by(outbox.c.seq)
_MARK = (
    sa.update(outbox)
    .where(outbox.c.seq == sa.any_(sa.bindparam("numbers", type_=ARRAY(sa.BigInteger))))
    .values(published_at=sa.func.clock_timestamp())
)


def envelope_of(producer: str, row: "sa.Row[Any]") -> Envelope:
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
