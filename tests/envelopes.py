"""Events as the bus brings them."""

from datetime import UTC, datetime
from uuid import UUID

from shared.ids import new_id
from shared.messaging.envelope import Envelope
from shared.messaging.event import Event


def sent(
    producer: str,
    event: Event,
    aggregate_id: UUID,
    version: int = 1,
    *,
    occurred_at: datetime | None = None,
) -> Envelope:
    """`event` as number `version` of its aggregate, which is also what it is about."""
    return Envelope(
        id=new_id(),
        producer=producer,
        type=type(event).__name__,
        schema_version=event.schema_version,
        aggregate_type="order",
        aggregate_id=aggregate_id,
        aggregate_version=version,
        correlation_id=aggregate_id,
        occurred_at=occurred_at or datetime.now(UTC),
        payload=event.model_dump(mode="json"),
        headers={},
    )
