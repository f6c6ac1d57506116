"""What holds on Redis Streams alone: trimming, and what others do to its keys."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
import structlog
from redis.asyncio import Redis
from structlog.testing import capture_logs

from partline.embedded.ports import HOST, free_port
from partline.embedded.valkey import valkey_program
from shared.messaging import outage, redis_trimming
from shared.messaging.bus import BusUnavailable, Delivery
from shared.messaging.redis_streams import RedisStreams
from shared.messaging.subscriptions import readers_of
from tests.integration.messaging.world import until
from tests.servers import running

STREAM = "events:shop"
READERS = readers_of("shop")


@pytest_asyncio.fixture
async def redis(valkey_url: str) -> AsyncIterator[Redis]:
    client = Redis.from_url(valkey_url.removesuffix("/0") + "/8")
    await client.flushdb()
    yield client
    await client.flushdb()
    await client.aclose()


@pytest_asyncio.fixture
async def streams(
    redis: Redis, valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[RedisStreams]:
    """A bus that looks at each publish whether there is something to trim."""
    monkeypatch.setattr(redis_trimming, "_EVERY_SECONDS", 0.0)
    bus = RedisStreams(valkey_url.removesuffix("/0") + "/8")
    yield bus
    await bus.close()


async def read(
    streams: RedisStreams, consumer: str, wanted: int, *, acknowledged: int
) -> list[Delivery]:
    """Reads `wanted` messages as `consumer` and acknowledges the first of them."""
    taken: list[Delivery] = []
    async with asyncio.timeout(15), aclosing(streams.deliveries(consumer, ("shop",))) as stream:
        while len(taken) < wanted:
            taken += await anext(stream)
    await streams.acknowledge(consumer, taken[:acknowledged])
    return taken


async def publish(streams: RedisStreams, count: int) -> None:
    await streams.publish("shop", [str(number).encode() for number in range(count)])


async def oldest(redis: Redis) -> int:
    [(_, fields)] = await redis.xrange(STREAM, count=1)
    return int(fields[b"body"])


async def test_what_every_reader_has_acknowledged_is_let_go(
    redis: Redis, streams: RedisStreams
) -> None:
    await publish(streams, 1_000)
    for reader in READERS:
        await read(streams, reader, 1_000, acknowledged=1_000)
    await publish(streams, 1)
    assert await redis.xlen(STREAM) <= 101  # a whole node of the stream stays


async def test_what_one_reader_has_not_acknowledged_is_kept_for_it(
    redis: Redis, streams: RedisStreams
) -> None:
    await publish(streams, 1_000)
    for reader in READERS[1:]:
        await read(streams, reader, 1_000, acknowledged=1_000)
    behind = await read(streams, READERS[0], 1_000, acknowledged=449)
    await publish(streams, 1)
    assert 300 < await oldest(redis) <= 449
    kept = {fields[b"body"] for _, fields in await redis.xrange(STREAM)}
    assert {delivery.body for delivery in behind[449:]} <= kept


async def test_what_one_reader_has_not_read_is_kept_for_it(
    redis: Redis, streams: RedisStreams
) -> None:
    await publish(streams, 450)
    for reader in READERS:
        await read(streams, reader, 450, acknowledged=450)
    await publish(streams, 450)
    for reader in READERS[1:]:
        await read(streams, reader, 450, acknowledged=450)
    await publish(streams, 1)
    assert 300 < await oldest(redis) <= 450
    assert len(await read(streams, READERS[0], 451, acknowledged=0)) == 451


async def test_nothing_is_let_go_while_a_reader_has_never_been_here(
    redis: Redis, streams: RedisStreams
) -> None:
    await publish(streams, 1_000)
    for reader in READERS[1:]:
        await read(streams, reader, 1_000, acknowledged=1_000)
    await publish(streams, 1)
    assert await redis.xlen(STREAM) == 1_001


async def test_a_group_of_nobody_we_know_holds_nothing_back(
    redis: Redis, streams: RedisStreams
) -> None:
    await publish(streams, 1_000)
    await redis.xgroup_create(STREAM, "a service of last year", id="0")
    for reader in READERS:
        await read(streams, reader, 1_000, acknowledged=1_000)
    await publish(streams, 1)
    assert await redis.xlen(STREAM) <= 101


async def test_looking_for_something_to_trim_is_rare(
    redis: Redis, valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_trimming, "_EVERY_SECONDS", 3_600.0)
    bus = RedisStreams(valkey_url.removesuffix("/0") + "/8")
    before = await _calls(redis, "xinfo|groups")
    for _ in range(20):
        await publish(bus, 1)
    await bus.close()
    assert await _calls(redis, "xinfo|groups") - before == 1


async def test_what_was_deleted_under_a_reader_is_passed_over(
    redis: Redis, streams: RedisStreams
) -> None:
    await publish(streams, 3)
    first, _, _ = await read(streams, "crm", 3, acknowledged=0)
    await redis.xdel(STREAM, first.receipt)
    again = await read(streams, "crm", 2, acknowledged=2)
    assert [delivery.body for delivery in again] == [b"1", b"2"]
    assert (await redis.xpending(STREAM, "crm"))["pending"] == 0


async def test_a_key_of_another_program_is_told_once_in_plain_words(
    redis: Redis, streams: RedisStreams, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One that another test made to be kept, or bound to a level, would not be heard.
    hearing = structlog.wrap_logger(structlog.PrintLogger(), wrapper_class=structlog.BoundLogger)
    monkeypatch.setattr(outage, "_log", hearing)
    await redis.set(STREAM, "a cache of somebody's")
    with pytest.raises(BusUnavailable, match="another program uses this database"):
        await publish(streams, 1)
    with capture_logs() as logs:
        waiting = asyncio.ensure_future(read(streams, "crm", 1, acknowledged=1))
        await until(lambda: bool(logs))
        await redis.delete(STREAM)
        await publish(streams, 1)
        assert [delivery.body for delivery in await waiting] == [b"0"]
    assert [line["event"] for line in logs] == ["bus is away, waiting for it", "bus is back"]
    assert "another program uses this database" in logs[0]["error"]


async def test_a_full_redis_refuses_in_plain_words_and_gets_room_by_trimming(
    redis: Redis, streams: RedisStreams
) -> None:
    await streams.publish("shop", [bytes(10_000)] * 1_000)
    for reader in READERS:
        await read(streams, reader, 1_000, acknowledged=0)
    async with _full(redis):
        with pytest.raises(BusUnavailable, match="its memory is full"):
            await publish(streams, 1)
        for reader in READERS:
            await read(streams, reader, 1_000, acknowledged=1_000)
        await publish(streams, 1)


async def test_a_redis_that_is_killed_and_started_again_goes_on(tmp_path: Path) -> None:
    port = free_port()
    program = valkey_program(tmp_path / "valkey", port, "password")
    bus = RedisStreams(f"redis://:password@{HOST}:{port}/0")
    async with asyncio.timeout(60), aclosing(bus.deliveries("crm", ("shop",))) as stream:
        with running(program, tmp_path / "log") as server:
            await publish(bus, 1)
            await bus.acknowledge("crm", await anext(stream))
            server.kill()
            server.wait(60)
            with pytest.raises(BusUnavailable):
                await publish(bus, 1)
        with running(program, tmp_path / "log"):
            await bus.publish("shop", [b"after"])
            assert [delivery.body for delivery in await anext(stream)] == [b"after"]
            await bus.close()


@asynccontextmanager
async def _full(redis: Redis) -> AsyncIterator[None]:
    used = (await redis.info("memory"))["used_memory"]
    await redis.config_set("maxmemory", used - 1_000_000)
    try:
        yield
    finally:
        await redis.config_set("maxmemory", 0)


async def _calls(redis: Redis, command: str) -> int:
    statistics = await redis.info("commandstats")
    return int(statistics.get(f"cmdstat_{command}", {"calls": 0})["calls"])
