"""What holds on RabbitMQ alone: queues, dead letters, returns, refusals, and dying brokers."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, suppress
from functools import partial
from pathlib import Path

import aiormq
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from shared.messaging.bus import BusUnavailable, Delivery
from shared.messaging.rabbitmq import RabbitMQ
from shared.messaging.rabbitmq.connection import FAULTS, limited
from shared.messaging.rabbitmq.topology import (
    DELIVERY_LIMIT,
    arguments_of,
    dead_of,
    declare_producer,
    exchange_of,
    queue_of,
)
from shared.messaging.subscriptions import readers_of
from tests.integration.messaging.transports import OnRabbitMQ, channel
from tests.integration.messaging.wire import wire_to
from tests.integration.messaging.world import until
from tests.rabbitmq import RabbitServer, skip_without_rabbitmq

QUEUE = queue_of("crm")


@pytest_asyncio.fixture
async def broker(rabbitmq_url: str) -> AsyncIterator[OnRabbitMQ]:
    transport = OnRabbitMQ(rabbitmq_url)
    await transport.wipe()
    yield transport
    await transport.wipe()


@pytest_asyncio.fixture
async def bus(broker: OnRabbitMQ) -> AsyncIterator[RabbitMQ]:
    connected = RabbitMQ(broker.url)
    yield connected
    await connected.close()


@pytest_asyncio.fixture
async def outside(broker: OnRabbitMQ) -> AsyncIterator[aiormq.abc.AbstractChannel]:
    """A channel that is nobody's of ours."""
    async with channel(broker.url) as opened:
        yield opened


@pytest.fixture
def own_server() -> Iterator[RabbitServer]:
    """A broker that may be killed."""
    skip_without_rabbitmq()
    with tempfile.TemporaryDirectory(prefix="partline-test-") as folder:
        server = RabbitServer(Path(folder) / "rabbitmq")
        server.start()
        yield server
        server.stop()


async def first_of(bus: RabbitMQ, consumer: str = "crm") -> Delivery:
    """The first message for `consumer`, acknowledged."""
    async with asyncio.timeout(20), aclosing(bus.deliveries(consumer, ("shop",))) as stream:
        [first, *_] = await anext(stream)
        await bus.acknowledge(consumer, [first])
        return first


async def test_a_message_that_no_queue_takes_counts_as_not_published(
    bus: RabbitMQ, outside: aiormq.abc.AbstractChannel
) -> None:
    await bus.publish("shop", [b"declares everything"])
    for reader in readers_of("shop"):
        await outside.queue_delete(queue_of(reader))
    with pytest.raises(BusUnavailable, match="no queue is bound"):
        await bus.publish("shop", [b"nowhere to go"])
    await bus.publish("shop", [b"again"])
    assert (await first_of(bus)).body == b"again"


async def test_one_refused_message_fails_the_whole_batch(
    bus: RabbitMQ, outside: aiormq.abc.AbstractChannel
) -> None:
    await bus.publish("shop", [b"declares everything"])
    full = {"x-queue-type": "quorum", "x-max-length": 2, "x-overflow": "reject-publish"}
    await outside.queue_declare("full", durable=True, arguments=full)
    try:
        await outside.queue_bind("full", exchange_of("shop"))
        with pytest.raises(BusUnavailable, match="a queue is full"):
            await until(partial(_refuses, bus))
    finally:
        await outside.queue_delete("full")
    await bus.publish("shop", [b"passes again"])


async def test_a_producer_declares_the_queue_of_every_reader(
    bus: RabbitMQ, outside: aiormq.abc.AbstractChannel
) -> None:
    await bus.publish("shop", [b"x"])
    for reader in readers_of("shop"):
        declared = await outside.queue_declare(queue_of(reader), passive=True)
        assert declared.consumer_count == 0
        await outside.queue_declare(dead_of(reader), passive=True)


@pytest.mark.parametrize(
    ("argument", "other"),
    [
        ("x-delivery-limit", 3),
        ("x-dead-letter-exchange", "elsewhere"),
        ("x-dead-letter-strategy", "at-most-once"),
        ("x-overflow", "drop-head"),
    ],
)
async def test_a_queue_has_what_makes_it_safe(
    bus: RabbitMQ, outside: aiormq.abc.AbstractChannel, argument: str, other: str | int
) -> None:
    """RabbitMQ refuses a declaration that differs from what the queue has, and names it."""
    await bus.publish("shop", [b"x"])
    differing = {**arguments_of("crm"), argument: other}
    with pytest.raises(aiormq.exceptions.ChannelPreconditionFailed, match=argument):
        await outside.queue_declare(QUEUE, durable=True, arguments=differing)


async def test_a_queue_is_a_quorum_queue(
    bus: RabbitMQ, outside: aiormq.abc.AbstractChannel
) -> None:
    await bus.publish("shop", [b"x"])
    with pytest.raises(aiormq.exceptions.ChannelPreconditionFailed, match="quorum"):
        await outside.queue_declare(
            dead_of("crm"), durable=True, arguments={"x-queue-type": "classic"}
        )


async def test_a_message_that_kills_its_readers_comes_by_the_dead_queue(
    broker: OnRabbitMQ, bus: RabbitMQ, outside: aiormq.abc.AbstractChannel
) -> None:
    await bus.publish("shop", [b"poison"])
    counts = []
    for _ in range(DELIVERY_LIMIT + 2):
        reader = RabbitMQ(broker.url)
        async with asyncio.timeout(20), aclosing(reader.deliveries("crm", ("shop",))) as stream:
            [poison] = await anext(stream)
        await reader.close()
        assert (poison.producer, poison.body) == ("shop", b"poison")
        counts.append(poison.earlier)
    assert counts[: DELIVERY_LIMIT + 1] == list(range(DELIVERY_LIMIT + 1))
    assert counts[-1] >= DELIVERY_LIMIT

    async def dead() -> bool:
        kept = await outside.queue_declare(dead_of("crm"), passive=True)
        return kept.message_count == 1

    await until(dead)
    assert (await first_of(bus)).earlier >= DELIVERY_LIMIT
    await bus.publish("shop", [b"next"])
    assert (await first_of(bus)).body == b"next"


async def test_a_reader_whose_queue_is_deleted_declares_it_anew(
    bus: RabbitMQ, outside: aiormq.abc.AbstractChannel
) -> None:
    async with asyncio.timeout(20), aclosing(bus.deliveries("crm", ("shop",))) as stream:
        await bus.publish("shop", [b"before"])
        await bus.acknowledge("crm", await anext(stream))
        following = asyncio.ensure_future(anext(stream))
        await outside.queue_delete(QUEUE)

        async def declared() -> bool:
            try:
                return bool((await _look(outside)).consumer_count)
            except aiormq.exceptions.ChannelNotFoundEntity:
                return False

        await until(declared)
        await bus.publish("shop", [b"after"])
        assert [delivery.body for delivery in await following] == [b"after"]


async def _look(outside: aiormq.abc.AbstractChannel) -> aiormq.spec.Queue.DeclareOk:
    # A channel of its own, which a queue that is not there ends.
    other = await outside.connection.channel()
    try:
        return await other.queue_declare(QUEUE, passive=True)
    finally:
        with suppress(aiormq.exceptions.AMQPError):
            await other.close()


async def test_a_queue_of_somebody_elses_making_is_told_once_in_plain_words(
    bus: RabbitMQ, outside: aiormq.abc.AbstractChannel
) -> None:
    await outside.queue_declare(QUEUE, durable=True, arguments={"x-queue-type": "classic"})
    with pytest.raises(BusUnavailable, match="rabbitmqctl delete_queue"):
        await bus.publish("shop", [b"x"])
    with capture_logs() as logs:
        waiting = asyncio.ensure_future(first_of(bus))
        await until(lambda: bool(logs))
        await outside.queue_delete(QUEUE)
        await _patiently(bus, b"y")
        assert (await waiting).body == b"y"
    assert [line["event"] for line in logs] == ["bus is away, waiting for it", "bus is back"]
    assert "rabbitmqctl delete_queue" in logs[0]["error"]


async def test_a_broker_that_is_killed_keeps_what_it_has_confirmed(
    own_server: RabbitServer,
) -> None:
    bus = RabbitMQ(own_server.url)
    async with asyncio.timeout(180), aclosing(bus.deliveries("crm", ("shop",))) as stream:
        await bus.publish("shop", [b"before"])
        await bus.acknowledge("crm", await anext(stream))
        await bus.publish("shop", [b"confirmed"])
        await until(own_server.has_saved_queues)
        own_server.kill()
        with pytest.raises(BusUnavailable):
            await bus.publish("shop", [b"refused"])
        own_server.launch()
        await own_server.until_ready()
        await _patiently(bus, b"after")
        seen: set[bytes] = set()
        while not {b"confirmed", b"after"} <= seen:
            batch = await anext(stream)
            seen |= {delivery.body for delivery in batch}
            await bus.acknowledge("crm", batch)
    await bus.close()


async def test_a_broker_that_was_wiped_is_set_up_anew(own_server: RabbitServer) -> None:
    bus = RabbitMQ(own_server.url)
    async with asyncio.timeout(180), aclosing(bus.deliveries("crm", ("shop",))) as stream:
        await bus.publish("shop", [b"before"])
        await bus.acknowledge("crm", await anext(stream))
        own_server.wipe()
        own_server.launch()
        await own_server.until_ready()
        await _patiently(bus, b"after")
        assert [delivery.body for delivery in await anext(stream)] == [b"after"]
    await bus.close()


async def test_a_producer_without_readers_can_publish(bus: RabbitMQ) -> None:
    assert readers_of("notification") == ()
    await bus.publish("notification", [b"x"])


async def test_what_is_acknowledged_out_of_order_is_acknowledged_exactly(
    bus: RabbitMQ, outside: aiormq.abc.AbstractChannel
) -> None:
    bodies = [str(number).encode() for number in range(10)]
    await bus.publish("shop", bodies)
    async with asyncio.timeout(20), aclosing(bus.deliveries("crm", ("shop",))) as stream:
        taken: list[Delivery] = []
        while len(taken) < 10:
            taken += await anext(stream)
        await bus.acknowledge("crm", [taken[1], taken[0], taken[5], taken[8]])
        await bus.acknowledge("crm", [taken[2]])
        await bus.acknowledge("crm", [taken[7], taken[0]])
    left: list[bytes] = []
    async with asyncio.timeout(20), aclosing(bus.deliveries("crm", ("shop",))) as stream:
        while len(left) < 4:
            left += [delivery.body for delivery in await anext(stream)]
    assert left == [b"3", b"4", b"6", b"9"]


async def test_a_receipt_of_an_earlier_channel_acknowledges_nothing(
    broker: OnRabbitMQ, bus: RabbitMQ
) -> None:
    """Its number means another message by now."""
    async with asyncio.timeout(20), wire_to(broker.url) as (wire, url):
        ours = RabbitMQ(url)
        async with aclosing(ours.deliveries("crm", ("shop",))) as stream:
            await bus.publish("shop", [b"old"])
            old = await anext(stream)
            await bus.publish("shop", [b"more"])
            more = await anext(stream)
            await ours.acknowledge("crm", old)
            wire.cut()
            wire.mend()
            again = list(await anext(stream))
            await bus.publish("shop", [b"new"])
            while b"new" not in {delivery.body for delivery in again}:
                again += await anext(stream)
            await ours.acknowledge("crm", more)
        await ours.close()
        left: set[bytes] = set()
        async with aclosing(bus.deliveries("crm", ("shop",))) as stream:
            while not {b"more", b"new"} <= left:
                left |= {delivery.body for delivery in await anext(stream)}


@pytest.mark.parametrize("told", [asyncio.CancelledError(), Exception()], ids=["cut", "closed"])
async def test_whatever_a_client_library_says_of_its_end_is_a_connection_that_is_gone(
    told: BaseException,
) -> None:
    with pytest.raises(FAULTS):
        async with limited(1.0):
            raise told


async def test_a_fault_of_our_own_and_an_order_to_stop_stay_what_they_are() -> None:
    with pytest.raises(ZeroDivisionError):
        async with limited(1.0):
            raise ZeroDivisionError

    async def wait() -> None:
        async with limited(30.0):
            await asyncio.Event().wait()

    waiting = asyncio.ensure_future(wait())
    await asyncio.wait([waiting], timeout=0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_reader_is_sent_no_more_than_it_can_hold(
    bus: RabbitMQ, outside: aiormq.abc.AbstractChannel
) -> None:
    """The rest stays for other members, and out of the memory of this one."""
    await bus.publish("shop", [b"x"] * 600)

    async def rest_stays() -> bool:
        return (await outside.queue_declare(QUEUE, passive=True)).message_count == 400

    async with asyncio.timeout(20), aclosing(bus.deliveries("crm", ("shop",))) as stream:
        given = 0
        while given < 200:
            given += len(await anext(stream))
        await until(rest_stays)


async def test_the_declarations_of_both_ends_agree(
    bus: RabbitMQ, outside: aiormq.abc.AbstractChannel
) -> None:
    await declare_producer(outside, "shop")
    await bus.publish("shop", [b"x"])
    assert (await first_of(bus)).body == b"x"


async def _refuses(bus: RabbitMQ) -> bool:
    """Raises once a queue is full, which RabbitMQ notices some messages late."""
    await bus.publish("shop", [b"x"] * 20)
    return False


async def _patiently(bus: RabbitMQ, body: bytes) -> None:
    async def published() -> bool:
        with suppress(BusUnavailable):
            await bus.publish("shop", [body])
            return True
        return False

    await until(published)
