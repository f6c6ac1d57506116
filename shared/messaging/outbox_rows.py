"""A producer's outbox, as rows in its own database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging.envelope import Envelope, payload_of
from shared.messaging.event import Event


@dataclass(frozen=True, slots=True)
class Written:
    """An event as its producer writes it down; the database gives it place, version and time."""

    id: UUID
    event: Event
    aggregate_type: str
    aggregate_id: UUID
    correlation_id: UUID
    actor: str | None


@dataclass(frozen=True, slots=True)
class Unpublished:
    """A row that the bus has not confirmed; `seq` is its number in this outbox."""

    seq: int
    envelope: Envelope


class OutboxRows(Protocol):
    """The outbox in one open transaction."""

    async def append(self, written: Written) -> int:
        """Add an event as its aggregate's next version, 1 at first; gives that.

        It is there once the transaction is committed, and never else. Nobody else takes a version
        of the aggregate until then, so that they commit in the order of their numbers, without gap
        or repeat. Raises CannotTravel.
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

    async def append(self, written: Written) -> int:
        row = {
            "id": written.id,
            "type": type(written.event).__name__,
            "schema_version": written.event.schema_version,
            "aggregate_type": written.aggregate_type,
            "aggregate_id": written.aggregate_id,
            "correlation_id": written.correlation_id,
            "payload": orjson.dumps(payload_of(written.event)).decode(),
            "headers": orjson.dumps({"actor": written.actor} if written.actor else {}).decode(),
        }
        return int(await self._session.scalar(_APPEND, row) or 0)

    async def unpublished(self, producer: str, limit: int) -> Sequence[Unpublished]:
        found = await self._session.execute(_UNPUBLISHED, {"limit": limit})
        return [Unpublished(row.seq, envelope_of(producer, row)) for row in found]

    async def mark(self, numbers: Sequence[int]) -> None:
        await self._session.execute(_MARK, {"numbers": list(numbers)})


TRAVELLING = (
    "id",
    "type",
    "schema_version",
    "aggregate_type",
    "aggregate_id",
    "aggregate_version",
    "correlation_id",
    "created_at",
    "payload",
    "headers",
)
"""The columns that `envelope_of` needs."""

_APPEND = sa.text("""
    with next as (
        insert into aggregate (id, version) values (:aggregate_id, 1)
        on conflict (id) do update set version = aggregate.version + 1 returning version
    )
    insert into outbox (
        id, type, schema_version, aggregate_type, aggregate_id, aggregate_version, correlation_id,
        payload, headers
    )
    select :id, :type, :schema_version, :aggregate_type, :aggregate_id, next.version,
           :correlation_id, cast(:payload as jsonb), cast(:headers as jsonb)
    from next
    returning aggregate_version
""")
# A transaction that commits late is found as well: it is not marked, whatever its number is.
_UNPUBLISHED = sa.text(f"""
    select seq, {", ".join(TRAVELLING)} from outbox
    where published_at is null order by seq limit :limit
""")  # noqa: S608
_MARK = sa.text("""
    update outbox set published_at = clock_timestamp()
    where seq = any(cast(:numbers as bigint[]))
""")


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
