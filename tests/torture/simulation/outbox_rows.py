"""`shared.messaging.outbox_rows.OutboxRows` on the simulated store."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging.envelope import Envelope, payload_of
from shared.messaging.outbox_rows import Unpublished, Written
from tests.torture.simulation.database import Session
from tests.torture.simulation.refusals import not_unique
from tests.torture.simulation.store import Row, Statement, Work

AGGREGATE, OUTBOX, OUTBOX_KEYS = "aggregate", "outbox", "outbox_keys"


class MemoryOutboxRows:
    """A producer's outbox in one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = cast(Session, session)

    async def append(self, written: Written) -> int:
        return await self._session.run(self._append(self._session.open_work, written))

    async def unpublished(self, producer: str, limit: int) -> Sequence[Unpublished]:
        return await self._session.run(self._unpublished(self._session.open_work, producer, limit))

    async def mark(self, numbers: Sequence[int]) -> None:
        await self._session.run(self._mark(self._session.open_work, numbers))

    def _next_version(self, work: Work, aggregate_id: UUID) -> Statement[int]:
        if (yield from work.insert(AGGREGATE, aggregate_id, {"version": 1})):
            return 1
        row = yield from work.lock(AGGREGATE, aggregate_id)
        assert row is not None
        version = int(row["version"]) + 1
        yield from work.update(AGGREGATE, aggregate_id, version=version)
        return version

    def _append(self, work: Work, written: Written) -> Statement[int]:
        database = self._session.database
        version = yield from self._next_version(work, written.aggregate_id)
        for key in (written.id, (written.aggregate_id, version)):
            if not (yield from work.insert(OUTBOX_KEYS, key, {})):
                raise not_unique(OUTBOX)
        seq = work.store.next_value(OUTBOX)
        row = {
            "seq": seq,
            "tx": work.xid,
            "id": written.id,
            "type": type(written.event).__name__,
            "schema_version": written.event.schema_version,
            "aggregate_type": written.aggregate_type,
            "aggregate_id": written.aggregate_id,
            "aggregate_version": version,
            "correlation_id": written.correlation_id,
            "payload": payload_of(written.event),
            "headers": {"actor": written.actor} if written.actor else {},
            "created_at": database.now(),
            "published": False,
        }
        yield from work.insert(OUTBOX, seq, row)
        return version

    def _unpublished(
        self, work: Work, producer: str, limit: int
    ) -> Statement[Sequence[Unpublished]]:
        waiting = [row for _, row in work.rows(OUTBOX) if not row["published"]]
        waiting.sort(key=lambda row: row["seq"])
        return [Unpublished(row["seq"], envelope_of(producer, row)) for row in waiting[:limit]]
        yield

    def _mark(self, work: Work, numbers: Sequence[int]) -> Statement[None]:
        for seq in numbers:
            yield from work.update(OUTBOX, seq, published=True)


def envelope_of(producer: str, row: Row) -> Envelope:
    """An outbox row as it travels."""
    fields: dict[str, Any] = {
        name: row[name]
        for name in (
            "id",
            "type",
            "schema_version",
            "aggregate_type",
            "aggregate_id",
            "aggregate_version",
            "correlation_id",
            "payload",
            "headers",
        )
    }
    return Envelope(producer=producer, occurred_at=row["created_at"], **fields)
