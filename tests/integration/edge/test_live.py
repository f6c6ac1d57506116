import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis

from shared.live import CHANNEL, LiveHints
from shared.live.hub import LiveHub
from shared.live.recent_changes import RecentChanges, now_in_milliseconds

PATIENCE = 20.0


@asynccontextmanager
async def listening(redis: Redis) -> AsyncIterator[LiveHub]:
    hub = LiveHub(redis, RecentChanges())
    task = asyncio.create_task(hub.run())
    async with hub.follow(frozenset({"listening"})) as follower:
        assert await follower.next(PATIENCE) == ["listening"]
        yield hub
    task.cancel()


async def test_a_hint_of_any_service_reaches_everybody_who_follows_its_topic(
    redis: Redis, valkey_url: str
) -> None:
    hints = LiveHints(valkey_url)  # pub/sub knows no databases
    async with (
        listening(redis) as hub,
        hub.follow(frozenset({"board"})) as one,
        hub.follow(frozenset({"board", "reviews"})) as other,
        hub.follow(frozenset({"mailbox"})) as third,
    ):
        await hints.send("board")
        assert await one.next(PATIENCE) == ["board"]
        assert await other.next(PATIENCE) == ["board"]
        assert await third.next(0.01) == []
    await hints.close()


async def test_what_changes_often_while_hints_are_sent_is_told_once(
    redis: Redis, valkey_url: str
) -> None:
    hints = LiveHints(valkey_url)
    async with redis.pubsub(ignore_subscribe_messages=True) as heard:
        await heard.subscribe(CHANNEL)
        for topic in ("order:1", "board", "board", "board", "order:1"):
            await hints.send(topic)
        await hints.send("last")
        topics = []
        while "last" not in topics:
            message = await heard.get_message(timeout=PATIENCE)
            topics += [message["data"].decode()] if message else []
    await hints.close()
    assert topics == ["order:1", "board", "last"]


async def test_nobody_waits_for_a_redis_that_is_away() -> None:
    async with asyncio.timeout(PATIENCE):
        hints = LiveHints("redis://192.0.2.1:6379/0")  # an address that nothing answers
        for _ in range(1_000):
            await hints.send("board")
        await hints.close()


async def test_all_browsers_of_a_process_share_one_subscription(redis: Redis) -> None:
    async with listening(redis) as hub:
        before = dict(await redis.pubsub_numsub(CHANNEL))
        async with hub.follow(frozenset({"a"})), hub.follow(frozenset({"b"})):
            assert dict(await redis.pubsub_numsub(CHANNEL)) == before


async def test_a_browser_that_left_is_forgotten(redis: Redis) -> None:
    async with listening(redis) as hub:
        before = hub.followers
        async with hub.follow(frozenset({"a", "b"})):
            assert hub.followers == before + 1
        assert hub.followers == before


async def test_what_changed_between_page_and_stream_is_told_at_once(redis: Redis) -> None:
    async with listening(redis) as hub, hub.follow(frozenset({"a"})) as witness:
        page_made = now_in_milliseconds()
        await redis.publish(CHANNEL, "a")
        assert await witness.next(PATIENCE) == ["a"]
        async with hub.follow(frozenset({"a", "b"}), since=page_made) as follower:
            assert await follower.next(PATIENCE) == ["a"]


async def test_after_an_interruption_everything_may_have_changed(redis: Redis) -> None:
    async with listening(redis) as hub, hub.follow(frozenset({"a"})) as follower:
        await redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        assert await follower.next(PATIENCE) == ["a"]


async def test_streams_end_when_the_gateway_stops(redis: Redis) -> None:
    async with listening(redis) as hub, hub.follow(frozenset({"a"})) as follower:
        hub.close()
        assert await follower.next(PATIENCE) is None
        async with hub.follow(frozenset({"a"})) as late:
            assert await late.next(PATIENCE) is None
