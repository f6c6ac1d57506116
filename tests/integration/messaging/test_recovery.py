"""What died, was cut or is no event: nothing is left behind, and nothing stops the rest."""

import asyncio
from functools import partial
from uuid import uuid4

import pytest

from db.engine import Database
from shared.messaging import redis_streams
from shared.messaging.bus import Bus
from shared.messaging.failures import Failures
from shared.messaging.inbox import Inbox
from shared.messaging.receiver import Receiver
from shared.messaging.relay import Relay
from shared.messaging.tables import retry
from tests.integration.messaging.transports import Transport
from tests.integration.messaging.world import (
    PRODUCER,
    Effects,
    applied,
    count,
    during,
    envelopes,
    until,
    write,
)


async def test_what_was_parked_is_brought_on_although_who_filled_the_gap_died(
    producer: Database, consumer: Database, bus: Bus
) -> None:
    effects = Effects()
    await write(producer, uuid4(), "1", "2", "3")
    first, second, third = await envelopes(producer)
    for envelope in (third, second, first):  # and dies after the commit of the first
        await Inbox(consumer, effects.consumer()).receive(envelope)
    async with during(Receiver(consumer, bus, effects.consumer()).run):
        await until(partial(applied, consumer, 3))
    assert [reason for _, reason in effects.seen] == ["1", "2", "3"]


async def test_a_failure_of_what_another_task_has_applied_is_forgotten(
    producer: Database, consumer: Database, bus: Bus
) -> None:
    effects = Effects()
    await write(producer, uuid4(), "1")
    [envelope] = await envelopes(producer)
    await Receiver(consumer, bus, effects.consumer()).deliver(envelope)
    await Failures(consumer, "crm").record(envelope, ZeroDivisionError())
    assert await count(consumer, retry) == 0
    assert len(effects.seen) == 1


async def test_what_is_no_event_does_not_stop_the_events_behind_it(
    producer: Database, consumer: Database, bus: Bus, transport: Transport
) -> None:
    effects = Effects()
    await transport.put_rubbish(PRODUCER)
    await bus.publish(PRODUCER, [b"{", b"[]", b'{"id": 5}'])
    await write(producer, uuid4(), "1")
    await Relay(PRODUCER, producer, bus).publish_batch()
    async with during(Receiver(consumer, bus, effects.consumer()).run):
        await until(lambda: len(effects.seen) == 1)


async def test_what_a_dead_member_took_is_taken_over_in_a_stream_that_never_rests(
    producer: Database,
    consumer: Database,
    bus: Bus,
    transport: Transport,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(redis_streams, "_ABANDONED_MS", 50)
    await write(producer, uuid4(), "1")
    await Relay(PRODUCER, producer, bus).publish_batch()
    dead = transport.connect(member="a pod that is gone")
    taken = dead.deliveries("crm", (PRODUCER,))
    await anext(taken)
    await taken.aclose()

    async def never_rest() -> None:
        while True:
            await dead.publish(PRODUCER, [b"{}"])
            await asyncio.sleep(0.01)

    effects = Effects()
    async with during(never_rest, Receiver(consumer, bus, effects.consumer()).run):
        await until(lambda: len(effects.seen) == 1)
    await dead.close()
