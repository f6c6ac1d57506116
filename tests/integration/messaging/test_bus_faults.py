"""A bus that is away, cut, silent or wiped, on each transport by the same functions."""

import asyncio
from contextlib import aclosing, suppress

import pytest
from structlog.testing import capture_logs

from shared.messaging import redis_streams
from shared.messaging.bus import Bus, BusUnavailable, Delivery
from shared.messaging.rabbitmq import connection, publishing
from shared.messaging.subscriptions import readers_of
from tests.integration.messaging.reading import (
    CONSUMER,
    bodies,
    payloads,
    publish_patiently,
    take,
)
from tests.integration.messaging.transports import Transport
from tests.integration.messaging.wire import wire_to
from tests.integration.messaging.world import until


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
