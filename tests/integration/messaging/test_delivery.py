"""From a committed row to an effect in another service, on real servers and both transports."""

import asyncio
from functools import partial
from uuid import uuid4

import pytest
import sqlalchemy as sa

from db.engine import Database
from shared.errors import Invalid
from shared.messaging import publish
from shared.messaging.bus import Bus
from shared.messaging.events import OrderExpired
from shared.messaging.inbox import Inbox, Outcome
from shared.messaging.rabbitmq import RabbitMQ
from shared.messaging.receiver import Receiver
from shared.messaging.redis_streams import RedisStreams
from shared.messaging.relay import Relay
from shared.messaging.tables import dead_letter, inbox, outbox, parked, retry
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


async def test_an_event_is_committed_with_its_rows_or_not_at_all(producer: Database) -> None:
    async def fail_after_publishing() -> None:
        async with producer.transaction() as session:
            await publish(
                session,
                OrderExpired(order_id=uuid4(), reference="PL-1", reason="rolled back"),
                aggregate_type="order",
                aggregate_id=uuid4(),
                correlation_id=uuid4(),
            )
            raise ValueError("the command failed")

    with pytest.raises(ValueError, match="the command failed"):
        await fail_after_publishing()
    assert await count(producer, outbox) == 0


async def test_versions_of_an_aggregate_count_without_gap_under_concurrent_writers(
    producer: Database,
) -> None:
    order = uuid4()
    await asyncio.gather(*(write(producer, order, str(n)) for n in range(20)))
    assert [e.aggregate_version for e in await envelopes(producer)] == list(range(1, 21))


async def test_events_arrive_in_order_and_a_consumer_that_was_down_catches_up(
    producer: Database, consumer: Database, bus: Bus
) -> None:
    order, effects = uuid4(), Effects()
    async with during(Relay(PRODUCER, producer, bus).run):
        await write(producer, order, "1", "2")
        async with during(Receiver(consumer, bus, effects.consumer()).run):
            await until(partial(applied, consumer, 2))
        await write(producer, order, "3", "4")
        async with during(Receiver(consumer, bus, effects.consumer()).run):
            await until(partial(applied, consumer, 4))
    assert effects.seen == [(order, reason) for reason in "1234"]


async def test_two_consumers_each_see_every_event(
    producer: Database, consumer: Database, bus: Bus
) -> None:
    order, first, second = uuid4(), Effects(), Effects()
    async with during(
        Relay(PRODUCER, producer, bus).run,
        Receiver(consumer, bus, first.consumer("crm")).run,
        Receiver(consumer, bus, second.consumer("crm.journey")).run,
    ):
        await write(producer, order, "1", "2")
        await until(lambda: len(first.seen) == 2 and len(second.seen) == 2)


async def test_only_one_relay_of_a_database_is_active_and_another_takes_over(
    producer: Database, bus: Bus, transport: Transport
) -> None:
    order = uuid4()

    async def sent(wanted: int) -> bool:
        return await transport.kept(PRODUCER) == wanted

    async def unpublished() -> int:
        async with producer.reading() as session:
            waiting = sa.select(sa.func.count()).where(outbox.c.published_at.is_(None))
            return int(await session.scalar(waiting) or 0)

    async def all_published() -> bool:
        return await unpublished() == 0

    async with during(Relay(PRODUCER, producer, bus).run):
        async with during(Relay(PRODUCER, producer, bus).run):
            await write(producer, order, *map(str, range(50)))
            await until(all_published)
            await until(partial(sent, 50))
        await write(producer, order, "the last")
        await until(all_published)
    await until(partial(sent, 51))


@pytest.mark.parametrize(
    "nowhere",
    [RedisStreams("redis://127.0.0.1:1/0"), RabbitMQ("amqp://127.0.0.1:1/")],
    ids=["redis", "rabbitmq"],
)
async def test_an_event_waits_in_the_outbox_while_the_bus_is_away(
    producer: Database, nowhere: Bus
) -> None:
    await write(producer, uuid4(), "1")
    async with during(Relay(PRODUCER, producer, nowhere).run):
        await asyncio.sleep(0)
    async with producer.reading() as session:
        assert await session.scalar(sa.select(outbox.c.published_at)) is None


async def test_a_duplicate_does_no_harm(producer: Database, consumer: Database) -> None:
    effects = Effects()
    await write(producer, uuid4(), "once")
    [envelope] = await envelopes(producer)
    receiver = Inbox(consumer, effects.consumer())
    assert await receiver.receive(envelope) is Outcome.APPLIED
    assert await receiver.receive(envelope) is Outcome.DUPLICATE
    results = await asyncio.gather(*(receiver.receive(envelope) for _ in range(5)))
    assert set(results) == {Outcome.DUPLICATE}
    assert len(effects.seen) == 1
    assert await count(consumer, inbox) == 1


async def test_reordered_events_are_parked_and_applied_in_their_order(
    producer: Database, consumer: Database, bus: Bus
) -> None:
    order, effects = uuid4(), Effects()
    await write(producer, order, "1", "2", "3", "4")
    receiver = Receiver(consumer, bus, effects.consumer())
    first, second, third, fourth = await envelopes(producer)
    for envelope in (third, fourth, second):
        await receiver.deliver(envelope)
    assert effects.seen == []
    await receiver.deliver(first)
    async with during(receiver.run):
        await until(partial(applied, consumer, 4))
    assert [reason for _, reason in effects.seen] == ["1", "2", "3", "4"]
    assert (await count(consumer, parked), await count(consumer, retry)) == (0, 0)


async def test_a_handler_that_fails_leaves_no_effect_and_is_tried_again(
    producer: Database, consumer: Database, bus: Bus
) -> None:
    effects = Effects()
    await write(producer, uuid4(), "1")
    [envelope] = await envelopes(producer)
    receiver = Receiver(consumer, bus, effects.consumer())
    effects.fault = ZeroDivisionError("a fault of the code")
    await receiver.deliver(envelope)
    assert (await count(consumer, inbox), await count(consumer, retry)) == (0, 1)
    effects.fault = None

    async with during(receiver.run):
        await until(partial(applied, consumer, 1))
    assert await count(consumer, retry) == 0
    assert len(effects.seen) == 1


async def test_a_permanent_fault_is_a_dead_letter_at_once_and_later_events_wait_behind_it(
    producer: Database, consumer: Database, bus: Bus
) -> None:
    order, effects = uuid4(), Effects()
    await write(producer, order, "1", "2")
    first, second = await envelopes(producer)
    receiver = Receiver(consumer, bus, effects.consumer())
    effects.fault = Invalid("this can never be")
    await receiver.deliver(first)
    effects.fault = None
    await receiver.deliver(second)
    assert effects.seen == []
    assert await count(consumer, dead_letter) == 1
    assert await count(consumer, parked) == 1


async def test_a_bus_that_lost_its_groups_is_set_up_again(
    producer: Database, consumer: Database, bus: Bus, transport: Transport
) -> None:
    order, effects = uuid4(), Effects()
    async with during(
        Relay(PRODUCER, producer, bus).run, Receiver(consumer, bus, effects.consumer()).run
    ):
        await write(producer, order, "1")
        await until(partial(applied, consumer, 1))
        await transport.wipe()
        await write(producer, order, "2")
        await until(partial(applied, consumer, 2))


async def test_who_is_started_again_reads_at_once_what_it_had_not_finished(
    producer: Database, consumer: Database, bus: Bus, transport: Transport
) -> None:
    await write(producer, uuid4(), "1")
    await Relay(PRODUCER, producer, bus).publish_batch()
    taken = bus.deliveries("crm", (PRODUCER,))
    await anext(taken)
    await taken.aclose()
    effects, again = Effects(), transport.connect()
    async with during(Receiver(consumer, again, effects.consumer()).run):
        async with asyncio.timeout(4):  # below the 5 s after which anybody may take it
            await until(lambda: len(effects.seen) == 1)
    await again.close()
