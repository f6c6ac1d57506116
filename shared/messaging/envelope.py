"""What travels: an event with all that is needed to deliver it once and in order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from shared.messaging.event import Event, event_class


@dataclass(frozen=True, slots=True)
class Envelope:
    """One row of a producer's outbox on its way.

    `aggregate_version` counts 1..n within (`producer`, `aggregate_id`), without gap or repeat.
    `correlation_id` is the order's id (for files the model's), the same on its whole journey.
    """

    id: UUID
    producer: str
    type: str
    schema_version: int
    aggregate_type: str
    aggregate_id: UUID
    aggregate_version: int
    correlation_id: UUID
    occurred_at: datetime
    payload: Mapping[str, Any]
    headers: Mapping[str, Any]

    def event(self) -> Event:
        """The payload as its class.

        Raises UnknownEvent or pydantic's ValidationError: both are permanent faults.
        """
        return event_class(self.type).model_validate(self.payload)

    def encode(self) -> bytes:
        return orjson.dumps(self, default=_plain)

    @classmethod
    def decode(cls, raw: bytes | str) -> "Envelope":
        """Raises ValueError, KeyError or TypeError when `raw` is no envelope."""
        fields = orjson.loads(raw)
        return cls(
            id=UUID(str(fields["id"])),
            producer=fields["producer"],
            type=fields["type"],
            schema_version=int(fields["schema_version"]),
            aggregate_type=fields["aggregate_type"],
            aggregate_id=UUID(str(fields["aggregate_id"])),
            aggregate_version=int(fields["aggregate_version"]),
            correlation_id=UUID(str(fields["correlation_id"])),
            occurred_at=datetime.fromisoformat(fields["occurred_at"]),
            payload=fields["payload"],
            headers=fields["headers"],
        )


def _plain(value: object) -> str:
    if isinstance(value, UUID):  # asyncpg's own subclass, which orjson does not know
        return str(value)
    raise TypeError(f"{type(value).__name__} is no part of an event")
