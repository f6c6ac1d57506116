"""Following an order, as a partner who waits for the price does."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, cast

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from shared.graphql.context import Context
from shared.identity import Identity
from shared.live import CHANNEL, LiveHub
from shared.live.recent_changes import RecentChanges
from shared.service import JobQueue, Runtime
from shared.storage import ObjectStorage
from subgraphs.shop.orders import changes
from subgraphs.shop.schema import schema
from tests.integration.shop.world import World, customer, partner, staff, visitor

HINTS_DATABASE = 8
FOLLOW = "subscription ($id: ID!) { orderChanged(id: $id) { state total { amount } } }"
NEVER = 3600.0
OFTEN = 0.02


@pytest_asyncio.fixture
async def redis(valkey_url: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(f"{valkey_url.rsplit('/', 1)[0]}/{HINTS_DATABASE}") as redis:
        yield redis


async def followed(
    world: World, who: Identity, order_id: str, hub: LiveHub | None = None
) -> AsyncGenerator[dict[str, Any], None]:
    runtime = Runtime(
        world.settings, world.database, cast(ObjectStorage, None), cast(JobQueue, None), hub
    )
    results = await schema.subscribe(
        FOLLOW, variable_values={"id": order_id}, context_value=Context(who, "test", runtime)
    )
    async with aclosing(results):
        async for result in results:
            for error in result.errors or ():
                raise error.original_error or error
            assert result.data is not None
            yield result.data["orderChanged"]


async def test_the_first_event_is_the_present_state_and_a_hint_brings_the_price(
    world: World, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "LOOK_AGAIN_SECONDS", NEVER)
    hub = LiveHub(redis, RecentChanges())
    listening = asyncio.create_task(hub.run())
    who = partner()
    order = await world.submit(who, await world.model_of(who))
    try:
        async with aclosing(followed(world, who, order["id"], hub)) as events:
            assert await anext(events) == {"state": "PRICING", "total": None}
            coming = asyncio.ensure_future(anext(events))
            await world.priced(order["id"], 4_200)
            while not coming.done():
                await redis.publish(CHANNEL, f"order:{order['id']}")
                await asyncio.wait((coming,), timeout=0.05)
            assert coming.result() == {"state": "PRICED", "total": {"amount": 4_200}}
        assert hub.followers == 0
    finally:
        listening.cancel()


async def test_a_change_of_which_no_hint_came_is_found_by_looking(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "LOOK_AGAIN_SECONDS", OFTEN)
    who = customer()
    order = await world.add(who, await world.model_of(who))
    async with aclosing(followed(world, who, order["id"])) as events:
        assert (await anext(events))["state"] == "PRICING"
        await world.priced(order["id"])
        assert (await anext(events))["state"] == "PRICED"
        await world.cancel(who, order["id"])
        assert [event["state"] async for event in events] == ["CANCELLED"]


@pytest.mark.parametrize("who", [partner(), customer(), visitor()], ids=["partner", "other", "any"])
async def test_an_order_of_somebody_else_cannot_be_followed(world: World, who: Identity) -> None:
    owner = partner()
    order = await world.submit(owner, await world.model_of(owner))
    with pytest.raises(Exception, match="not yours to see"):
        await anext(followed(world, who, order["id"]))
    assert (await anext(followed(world, staff("crm"), order["id"])))["state"] == "PRICING"


@pytest.mark.parametrize("order_id", ["nonsense", "74bddc66-318e-436a-a0cd-38435f503aad"])
async def test_an_order_that_does_not_exist_cannot_be_followed(world: World, order_id: str) -> None:
    with pytest.raises(Exception, match="no such order"):
        await anext(followed(world, partner(), order_id))


async def test_a_service_that_ends_says_so_rather_than_that_the_order_is_done(
    world: World, redis: Redis
) -> None:
    hub = LiveHub(redis, RecentChanges())
    who = partner()
    order = await world.submit(who, await world.model_of(who))
    async with aclosing(followed(world, who, order["id"], hub)) as events:
        await anext(events)
        hub.close()
        with pytest.raises(Exception, match="Subscribe again"):
            await anext(events)
