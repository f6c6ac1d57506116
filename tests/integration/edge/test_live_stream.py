"""The stream as a browser reads it, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
from redis.asyncio import Redis

from shared.live import CHANNEL
from shared.live.recent_changes import now_in_milliseconds
from tests.integration.accounts.service import Accounts
from tests.integration.edge.serving import served
from tests.integration.edge.world import World, a_world

ORDER = "order:0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000"


async def until(lines: AsyncIterator[str], wanted: str) -> list[str]:
    """The lines of a stream up to and with `wanted`."""
    seen = []
    async for line in lines:
        seen.append(line)
        if line == wanted:
            return seen
    raise AssertionError(f"the stream ended before {wanted!r}: {seen}")


async def subscribed(world: World, redis: Redis) -> None:
    while dict(await redis.pubsub_numsub(CHANNEL))[CHANNEL.encode()] == 0:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert world.edge.live.followers == 0


async def test_a_hint_arrives_under_two_names_with_the_time_to_come_back_from(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    async with a_world(accounts, keys, redis) as world, served(world.app, lifespan="off") as url:
        await subscribed(world, redis)
        async with (
            httpx.AsyncClient(base_url=url, timeout=30) as client,
            client.stream("GET", f"/live?topic={ORDER}") as stream,
        ):
            assert stream.headers["content-type"].startswith("text/event-stream")
            assert stream.headers["cache-control"] == "no-store"
            lines = stream.aiter_lines()
            assert "retry: 2000" in await until(lines, "")
            while world.edge.live.followers == 0:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            await redis.publish(CHANNEL, ORDER)
            first = await until(lines, "")
            second = await until(lines, "")
    assert first[0] == "event: changed"
    assert second[0] == f"event: {ORDER}"
    assert f"data: {ORDER}" in first
    assert any(line.startswith("id: ") for line in first)


async def test_a_price_that_came_between_page_and_stream_is_not_missed(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    async with a_world(accounts, keys, redis) as world, served(world.app, lifespan="off") as url:
        await subscribed(world, redis)
        async with world.edge.live.follow(frozenset({ORDER})) as witness:
            page_made = now_in_milliseconds()
            await redis.publish(CHANNEL, ORDER)
            assert await witness.next(20) == [ORDER]
        async with httpx.AsyncClient(base_url=url, timeout=30) as client:
            async with client.stream("GET", f"/live?topic={ORDER}&since={page_made}") as stream:
                await until(stream.aiter_lines(), f"event: {ORDER}")
            later = now_in_milliseconds() + 1
            told = f"/live?topic={ORDER}&topic=order:{uuid4()}&since={later}"
            async with client.stream("GET", told) as stream:
                lines = stream.aiter_lines()
                await until(lines, "")
                world.edge.close_streams()
                assert [line async for line in lines] == []


async def test_open_streams_do_not_hold_up_a_shutdown_that_is_announced(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    async with (
        a_world(accounts, keys, redis) as world,
        served(world.app, lifespan="off") as url,
        httpx.AsyncClient(base_url=url, timeout=30) as client,
        client.stream("GET", f"/live?topic={ORDER}") as stream,
    ):
        lines = stream.aiter_lines()
        await until(lines, "")
        world.edge.close_streams()
        rest = [line async for line in lines]
    assert rest == []


async def test_a_list_of_the_staff_is_not_streamed_to_a_visitor(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    async with a_world(accounts, keys, redis) as world:
        refused = await world.browser.get("/live?topic=board")
        assert refused.status_code == 403
        assert refused.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        assert (await world.browser.get("/live")).status_code == 400
