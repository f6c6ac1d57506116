"""What shared/messaging/bus.py promises, on each transport by the same functions."""

import asyncio
from contextlib import aclosing

import pytest

from shared.messaging import redis_streams
from shared.messaging.bus import Bus
from shared.messaging.subscriptions import readers_of
from tests.integration.messaging.reading import (
    CONSUMER,
    PRODUCERS,
    bodies,
    payloads,
    take,
)
from tests.integration.messaging.transports import Transport
from tests.integration.messaging.world import until
from tests.patience import cancelled


async def test_messages_of_a_producer_arrive_in_the_order_in_which_they_were_published(
    bus: Bus,
) -> None:
    await bus.publish("shop", bodies(1_000, "a"))
    async with aclosing(bus.deliveries(CONSUMER, PRODUCERS)) as stream:
        first = await take(stream, 1_000, bus)
        for number in range(20):
            await bus.publish("shop", bodies(3, f"b{number}."))
        second = await take(stream, 60, bus)
    assert payloads(first) == bodies(1_000, "a")
    assert payloads(second) == [body for n in range(20) for body in bodies(3, f"b{n}.")]
    assert {delivery.producer for delivery in (*first, *second)} == {"shop"}
    assert {delivery.earlier for delivery in (*first, *second)} == {0}


async def test_each_producer_is_told_apart(bus: Bus) -> None:
    async with aclosing(bus.deliveries(CONSUMER, PRODUCERS)) as stream:
        for producer in PRODUCERS:
            await bus.publish(producer, [producer.encode()])
        taken = await take(stream, 2)
    assert {(delivery.producer, delivery.body) for delivery in taken} == {
        (producer, producer.encode()) for producer in PRODUCERS
    }


async def test_every_consumer_has_every_message(bus: Bus) -> None:
    await bus.publish("shop", bodies(5))
    for consumer in readers_of("shop"):
        async with aclosing(bus.deliveries(consumer, ("shop",))) as stream:
            assert payloads(await take(stream, 5)) == bodies(5)


async def test_a_consumer_that_starts_after_the_first_message_has_it_all_the_same(
    transport: Transport, bus: Bus
) -> None:
    """On Redis it reads what is kept, on RabbitMQ the producer has declared its queue."""
    await bus.publish("shop", bodies(3))
    later = transport.connect()
    async with aclosing(later.deliveries(CONSUMER, ("shop",))) as stream:
        assert payloads(await take(stream, 3)) == bodies(3)
    await later.close()


async def test_a_consumer_may_start_before_its_producers(bus: Bus) -> None:
    async with aclosing(bus.deliveries(CONSUMER, PRODUCERS)) as stream:
        first = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)
        await bus.publish("shop", bodies(1))
        async with asyncio.timeout(10):
            assert payloads(await first) == bodies(1)


async def test_what_was_not_acknowledged_comes_again_and_is_counted(
    transport: Transport, bus: Bus
) -> None:
    await bus.publish("shop", bodies(150))
    for times in range(4):
        reader = transport.connect()
        async with aclosing(reader.deliveries(CONSUMER, ("shop",))) as stream:
            again = await take(stream, 150)
        await reader.close()
        assert sorted(payloads(again)) == sorted(bodies(150))
        assert {delivery.earlier for delivery in again} == {times}


async def test_what_was_acknowledged_never_comes_again(transport: Transport, bus: Bus) -> None:
    await bus.publish("shop", bodies(200))
    async with aclosing(bus.deliveries(CONSUMER, ("shop",))) as stream:
        taken = await take(stream, 200)
        await bus.acknowledge(CONSUMER, taken[100:])
        await bus.acknowledge(CONSUMER, taken[:98])
    await bus.publish("shop", [b"new"])
    reader = transport.connect()
    async with aclosing(reader.deliveries(CONSUMER, ("shop",))) as stream:
        assert sorted(payloads(await take(stream, 3))) == sorted([b"98", b"99", b"new"])
    await reader.close()


async def test_an_acknowledgement_by_one_consumer_is_none_by_another(bus: Bus) -> None:
    await bus.publish("shop", bodies(2))
    async with aclosing(bus.deliveries("crm", ("shop",))) as stream:
        await bus.acknowledge("crm", await take(stream, 2))
    async with aclosing(bus.deliveries("crm.journey", ("shop",))) as stream:
        assert payloads(await take(stream, 2)) == bodies(2)


async def test_acknowledging_twice_does_no_harm(bus: Bus) -> None:
    await bus.publish("shop", bodies(3))
    async with aclosing(bus.deliveries(CONSUMER, ("shop",))) as stream:
        taken = await take(stream, 3)
        await bus.acknowledge(CONSUMER, taken)
        await bus.acknowledge(CONSUMER, taken)
        await bus.acknowledge(CONSUMER, taken[1:2])
        await bus.publish("shop", [b"next"])
        [following] = await take(stream, 1)
        assert following.body == b"next"
        assert following.earlier == 0


async def test_acknowledging_nothing_is_allowed(bus: Bus) -> None:
    await bus.acknowledge(CONSUMER, [])
    await bus.publish("shop", [])


async def test_two_members_share_the_messages(transport: Transport, bus: Bus) -> None:
    seen: dict[str, list[bytes]] = {"one": [], "other": []}

    async def member(name: str) -> None:
        reader = transport.connect(member=name)
        async with aclosing(reader.deliveries(CONSUMER, ("shop",))) as stream:
            async for batch in stream:
                seen[name] += payloads(batch)
                await reader.acknowledge(CONSUMER, batch)

    members = [asyncio.ensure_future(member(name)) for name in seen]
    sent = 0

    async def both_have_some() -> bool:
        nonlocal sent
        await bus.publish("shop", bodies(10, f"{sent}."))
        sent += 10
        return all(seen.values())

    await until(both_have_some)
    await until(lambda: sum(map(len, seen.values())) == sent)
    await cancelled(*members)
    assert len({*seen["one"], *seen["other"]}) == sent


async def test_what_a_dead_member_had_is_taken_over(
    transport: Transport, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_streams, "_ABANDONED_MS", 50)
    await bus.publish("shop", bodies(250))
    dead = transport.connect(member="a pod that is gone")
    async with aclosing(dead.deliveries(CONSUMER, ("shop",))) as stream:
        had = await take(stream, 150)
    await dead.close()
    async with aclosing(bus.deliveries(CONSUMER, ("shop",))) as stream:
        taken = await take(stream, 250, bus)
    assert sorted(payloads(taken)) == sorted(bodies(250))
    again = {delivery.body for delivery in taken if delivery.earlier}
    assert again >= set(payloads(had))


@pytest.mark.parametrize(
    "body", [b"", b"\x00\xff\r\n\x80", bytes(range(256)) * 4_096], ids=["empty", "binary", "1 MiB"]
)
async def test_a_body_arrives_as_it_was(bus: Bus, body: bytes) -> None:
    await bus.publish("shop", [body, b"between", body])
    async with aclosing(bus.deliveries(CONSUMER, ("shop",))) as stream:
        assert payloads(await take(stream, 3)) == [body, b"between", body]


async def test_large_bodies_pass_in_number(bus: Bus) -> None:
    large = [bytes([number]) * 1_000_000 for number in range(30)]
    await bus.publish("shop", large)
    async with aclosing(bus.deliveries(CONSUMER, ("shop",))) as stream:
        assert payloads(await take(stream, 30)) == large


async def test_who_is_cancelled_while_publishing_can_publish_again(bus: Bus) -> None:
    await bus.publish("shop", [b"before"])
    publishing_much = asyncio.ensure_future(bus.publish("shop", bodies(1_000)))
    for _ in range(3):
        await asyncio.sleep(0)
    publishing_much.cancel()
    with pytest.raises(asyncio.CancelledError):
        await publishing_much
    await bus.publish("shop", [b"after"])
    async with aclosing(bus.deliveries(CONSUMER, ("shop",))) as stream:
        taken = payloads(await take(stream, 2, bus))
        while b"after" not in taken:
            taken += payloads(await take(stream, 1, bus))
    assert taken[0] == b"before"


async def test_several_may_publish_at_once(bus: Bus) -> None:
    await asyncio.gather(*(bus.publish("shop", bodies(50, f"{n}.")) for n in range(10)))
    async with aclosing(bus.deliveries(CONSUMER, ("shop",))) as stream:
        taken = payloads(await take(stream, 500, bus))
    for number in range(10):
        mark = f"{number}.".encode()
        assert [body for body in taken if body.startswith(mark)] == bodies(50, f"{number}.")


async def test_no_message_waits_behind_an_unfinished_batch(bus: Bus) -> None:
    """A batch is what has arrived: the first message is given at once, alone."""
    async with aclosing(bus.deliveries(CONSUMER, ("shop",))) as stream:
        for number in range(5):
            await bus.publish("shop", [str(number).encode()])
            [delivery] = await anext(stream)
            await bus.acknowledge(CONSUMER, [delivery])
