"""The outboxes as the invariants read them, and which orders and models an event is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tests.torture.world import World

OF_MODELS = frozenset({"FileUploaded", "FileRejected", "FileExpired"})
_ALL = """
select seq, tx::text::numeric as tx, id, type, aggregate_id, aggregate_version, correlation_id,
       payload, created_at, published_at
from outbox order by seq
"""


@dataclass(frozen=True, slots=True)
class Told:
    """One row of a producer's outbox."""

    producer: str
    seq: int
    tx: int
    id: UUID
    type: str
    aggregate: UUID
    version: int
    correlation: UUID
    payload: Mapping[str, Any]
    at: datetime
    published: datetime | None

    @property
    def order(self) -> UUID | None:
        """The order it is about, by its payload alone."""
        found = self.payload.get("order_id") or self.payload.get("order", {}).get("order_id")
        return None if found is None else UUID(found)

    @property
    def name(self) -> str:
        """What a developer looks for."""
        return f"{self.type} {self.id} (version {self.version} of {self.aggregate})"


async def told(world: World, producer: str) -> Sequence[Told]:
    """Everything in the outbox of `producer`, in its order."""
    return [
        Told(
            producer=producer,
            seq=row["seq"],
            tx=int(row["tx"]),
            id=row["id"],
            type=row["type"],
            aggregate=row["aggregate_id"],
            version=row["aggregate_version"],
            correlation=row["correlation_id"],
            payload=row["payload"],
            at=row["created_at"],
            published=row["published_at"],
        )
        for row in await world.rows(producer, _ALL)
    ]


async def told_by_all(world: World) -> Mapping[str, Sequence[Told]]:
    """The outbox of every service."""
    return {service: await told(world, service) for service in world.databases}
