"""What shared/messaging/bus.py promises, on each transport by the same functions."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing, suppress

import pytest
from structlog.testing import capture_logs

from shared.messaging import redis_streams
from shared.messaging.bus import Bus, BusUnavailable, Delivery
from shared.messaging.rabbitmq import connection, publishing
from shared.messaging.subscriptions import readers_of
from tests.integration.messaging.transports import Transport
from tests.integration.messaging.wire import wire_to
from tests.integration.messaging.world import until

Stream = AsyncGenerator[Sequence[Delivery], None]

CONSUMER = "crm"
PRODUCERS = ("accounts", "shop")


def bodies(count: int, prefix: str = "") -> list[bytes]:
    return [f"{prefix}{number}".encode() for number in range(count)]


async def take(stream: Stream, wanted: int, acknowledging: Bus | None = None) -> list[Delivery]:
    """The next deliveries, at least `wanted`."""
    taken: list[Delivery] = []
    async with asyncio.timeout(15):
        while len(taken) < wanted:
            batch = await anext(stream)
            assert 0 < len(batch) <= 100
            taken += batch
            if acknowledging is not None:
                await acknowledging.acknowledge(CONSUMER, batch)
    return taken


async def publish_patiently(bus: Bus, *payload: bytes) -> None:
    """As the relay does: again until it is confirmed."""

    async def published() -> bool:
        with suppress(BusUnavailable):
            await bus.publish("shop", payload)
            return True
        return False

    await until(published)


def payloads(deliveries: Iterable[Delivery]) -> list[bytes]:
    return [delivery.body for delivery in deliveries]


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
    for task in members:
        task.cancel()
    await asyncio.gather(*members, return_exceptions=True)
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


async def test_publishing_raises_when_nobody_is_there(transport: Transport) -> None:
    scheme = transport.url.partition("://")[0]
    nobody = transport.connect(f"{scheme}://user:s3cret@127.0.0.1:1/0")
    with pytest.raises(BusUnavailable) as raised:
        await nobody.publish("shop", bodies(1))
    assert "s3cret" not in str(raised.value)
    await nobody.close()


async def test_who_has_the_wrong_password_is_told_so_and_nobody_else_learns_it(
    transport: Transport,
) -> None:
    server = transport.url.rpartition("@")[2]
    scheme = transport.url.partition("://")[0]
    stranger = transport.connect(f"{scheme}://partline:s3cret@{server}")
    with pytest.raises(BusUnavailable) as raised:
        await stranger.publish("shop", bodies(1))
    with capture_logs() as logs:
        stream = stranger.deliveries(CONSUMER, ("shop",))
        waiting = asyncio.ensure_future(anext(stream))
        await until(lambda: bool(logs))
        waiting.cancel()
        await asyncio.wait([waiting])
    await stranger.close()
    assert "s3cret" not in f"{raised.value!r} {logs}"
    assert [line["event"] for line in logs] == ["bus is away, waiting for it"]


async def test_publishing_raises_in_time_when_nobody_answers(
    transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_streams, "_ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(publishing, "_CONFIRM_SECONDS", 0.3)
    async with wire_to(transport.url) as (wire, url):
        bus = transport.connect(url)
        await bus.publish("shop", [b"before"])
        wire.silence()
        with pytest.raises(BusUnavailable):
            await bus.publish("shop", [b"into the void"])
        wire.mend()
        await bus.publish("shop", [b"after"])
        async with aclosing(bus.deliveries(CONSUMER, ("shop",))) as stream:
            assert b"after" in payloads(await take(stream, 2))
        await bus.close()


async def test_a_reader_notices_that_nobody_answers_any_more(
    transport: Transport, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_streams, "_ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(redis_streams, "_BLOCK_MS", 200)
    async with wire_to(transport.url) as (wire, url):
        reader = transport.connect(url)
        async with aclosing(reader.deliveries(CONSUMER, ("shop",))) as stream:
            await bus.publish("shop", [b"before"])
            await reader.acknowledge(CONSUMER, await take(stream, 1))
            with capture_logs() as logs:
                wire.silence()
                following = asyncio.ensure_future(anext(stream))
                await until(lambda: bool(logs))
                await bus.publish("shop", [b"meanwhile"])
                wire.mend()
                async with asyncio.timeout(10):
                    arrived = payloads(await following)
                    while b"meanwhile" not in arrived:  # the acknowledgement may have been cut off
                        arrived += payloads(await anext(stream))
        await reader.close()
    assert [line["event"] for line in logs] == ["bus is away, waiting for it", "bus is back"]


async def test_a_connection_that_is_cut_is_made_anew(transport: Transport, bus: Bus) -> None:
    async with wire_to(transport.url) as (wire, url):
        ours = transport.connect(url)
        async with aclosing(ours.deliveries(CONSUMER, ("shop",))) as stream:
            await publish_patiently(ours, b"first")
            [first] = await take(stream, 1)
            wire.cut()
            with pytest.raises(BusUnavailable):
                await ours.publish("shop", [b"lost"])
            with suppress(BusUnavailable):
                await ours.acknowledge(CONSUMER, [first])
            wire.mend()
            await publish_patiently(ours, b"second")
            following = await take(stream, 1)
            while b"second" not in payloads(following):
                following += await take(stream, 1)
        await ours.close()
    assert set(payloads(following)) <= {b"first", b"second"}


async def test_a_publish_that_waits_for_a_silent_server_fails_and_is_never_an_order_to_stop(
    transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client library may cancel whoever waits on a connection that it gives up."""
    monkeypatch.setattr(connection, "_HEARTBEAT_SECONDS", 1)
    async with wire_to(transport.url) as (wire, url):
        bus = transport.connect(url)
        await bus.publish("shop", [b"before"])
        wire.silence()
        with pytest.raises(BusUnavailable):
            await bus.publish("shop", bodies(10))
        await bus.close()


async def test_closing_ends_a_publish_that_waits(transport: Transport) -> None:
    async with wire_to(transport.url) as (wire, url):
        bus = transport.connect(url)
        await bus.publish("shop", [b"before"])
        wire.silence()
        waiting = asyncio.ensure_future(bus.publish("shop", bodies(10)))
        await asyncio.wait([waiting], timeout=0.1)
        await bus.close()
        with pytest.raises(BusUnavailable):
            await waiting


async def test_a_cut_while_a_reader_connects_is_no_order_to_stop(
    transport: Transport, bus: Bus
) -> None:
    await bus.publish("shop", [b"x"])
    async with wire_to(transport.url) as (wire, url):
        reader = transport.connect(url)
        async with aclosing(reader.deliveries(CONSUMER, ("shop",))) as stream:
            for _ in range(3):
                wire.silence()
                waiting = asyncio.ensure_future(anext(stream))
                await asyncio.wait([waiting], timeout=0.1)
                wire.mend()
                async with asyncio.timeout(15):
                    [delivery] = await waiting
                assert delivery.body == b"x"
                wire.cut()
        await reader.close()


async def test_a_receipt_from_before_a_break_harms_nothing_after_it(
    transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with wire_to(transport.url) as (wire, url):
        ours = transport.connect(url)
        async with aclosing(ours.deliveries(CONSUMER, ("shop",))) as stream:
            await ours.publish("shop", bodies(3))
            old = await take(stream, 3)
            wire.cut()
            wire.mend()
            new = await take(stream, 3)
            with suppress(BusUnavailable):
                await ours.acknowledge(CONSUMER, old[:1])
            await ours.acknowledge(CONSUMER, new[:1])
            await publish_patiently(ours, b"next")
            assert b"next" in payloads(await take(stream, 1))
        await ours.close()
    reader = transport.connect()
    async with aclosing(reader.deliveries(CONSUMER, ("shop",))) as stream:
        assert set(payloads(await take(stream, 3))) == {b"1", b"2", b"next"}
    await reader.close()


async def test_a_wiped_bus_is_set_up_anew_by_whoever_comes_first(
    transport: Transport, bus: Bus
) -> None:
    async with aclosing(bus.deliveries(CONSUMER, ("shop",))) as stream:
        await bus.publish("shop", [b"before"])
        await bus.acknowledge(CONSUMER, await take(stream, 1))
        for number in range(3):
            await transport.wipe()
            payload = f"after {number}".encode()
            await publish_patiently(bus, payload)
            taken = await take(stream, 1)
            assert set(payloads(taken)) == {payload}
            await bus.acknowledge(CONSUMER, taken)
    for reader in set(readers_of("shop")) - {CONSUMER}:
        async with aclosing(bus.deliveries(reader, ("shop",))) as stream:
            assert payload in payloads(await take(stream, 1))


async def test_closing_ends_the_waiting(transport: Transport) -> None:
    bus = transport.connect()

    async def read() -> None:
        async for batch in bus.deliveries(CONSUMER, ("shop",)):
            had.extend(batch)
            with suppress(BusUnavailable):  # closed in the middle of it
                await bus.acknowledge(CONSUMER, batch)

    had: list[Delivery] = []
    reading = asyncio.ensure_future(read())
    await bus.publish("shop", bodies(1))
    await until(lambda: bool(had))
    await bus.close()
    async with asyncio.timeout(2):
        await reading


async def test_closing_ends_the_waiting_for_a_server_that_is_away(transport: Transport) -> None:
    scheme = transport.url.partition("://")[0]
    bus = transport.connect(f"{scheme}://127.0.0.1:1/0")

    async def read() -> None:
        async for _ in bus.deliveries(CONSUMER, ("shop",)):
            raise AssertionError("there is nobody who could send anything")

    with capture_logs() as logs:
        reading = asyncio.ensure_future(read())
        await until(lambda: bool(logs))
        await bus.close()
        async with asyncio.timeout(2):
            await reading


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
