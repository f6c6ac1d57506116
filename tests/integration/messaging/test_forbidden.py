"""Events that somebody put straight into an outbox, and that its owner may not send."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from db.engine import Database
from shared.ids import new_id
from shared.messaging import Consumer
from shared.messaging.bus import Bus
from shared.messaging.events import OrderExpired, OrderRejected
from shared.messaging.receiver import Receiver
from shared.messaging.relay import Relay
from shared.messaging.tables import dead_letter, outbox
from tests.integration.messaging.world import PRODUCER, count, during, until, write

ORDER, ANOTHER = UUID(int=1, version=4), UUID(int=2, version=4)
REJECTED = {
    "order_id": str(ORDER),
    "owner_id": str(ORDER),
    "reference": "PL-1",
    "reason": "no",
    "decided_by": str(ORDER),
}
EXPIRED = {"order_id": str(ANOTHER), "reference": "PL-2", "reason": "no"}


async def _put(database: Database, kind: str, payload: dict[str, Any]) -> None:
    async with database.transaction() as session:
        await session.execute(
            sa.insert(outbox).values(
                id=new_id(),
                type=kind,
                schema_version=1,
                aggregate_type="order",
                aggregate_id=ORDER,
                aggregate_version=1,
                correlation_id=ORDER,
                created_at=datetime.now(UTC),
                payload=payload,
                headers={},
            )
        )


@pytest.mark.parametrize(
    ("kind", "payload", "sentence"),
    [
        ("OrderRejected", REJECTED, "ForbiddenEvent: shop may send no OrderRejected: crm may"),
        ("OrderExpired", EXPIRED, "ForbiddenEvent: OrderExpired of one aggregate speaks of"),
    ],
    ids=["another's event", "another's aggregate"],
)
async def test_nothing_of_it_takes_effect_and_a_person_hears_of_it(
    producer: Database,
    consumer: Database,
    bus: Bus,
    kind: str,
    payload: dict[str, Any],
    sentence: str,
) -> None:
    seen: list[UUID] = []

    async def handle(_session: object, event: OrderExpired | OrderRejected, _: object) -> None:
        seen.append(event.order_id)

    await _put(producer, kind, payload)
    allowed = uuid4()
    await write(producer, allowed, "in order")
    await Relay(PRODUCER, producer, bus).publish_batch()
    handlers = {OrderExpired: handle, OrderRejected: handle}

    async def has_letter() -> bool:
        return await count(consumer, dead_letter) == 1 and bool(seen)

    async with during(Receiver(consumer, bus, Consumer("crm", (PRODUCER,), handlers)).run):
        await until(has_letter)
    assert seen == [allowed]
    async with consumer.reading() as session:
        assert str(await session.scalar(sa.select(dead_letter.c.error))).startswith(sentence)
