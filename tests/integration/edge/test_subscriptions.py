"""Subscriptions from the client's side, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
from redis.asyncio import Redis

from gateway.edge.graphql.answering import AnsweringSettings
from gateway.edge.graphql.streams import StreamSettings
from gateway.edge.open_streams import StreamLimits
from gateway.edge.settings import EdgeSettings
from tests.integration.accounts.service import Accounts
from tests.integration.edge.listening import EVENTS, listening
from tests.integration.edge.serving import served
from tests.integration.edge.world import Announcements, World, a_world

CHANGES = "subscription { partChanged { name left } }"
DEMO_KEY = "plk_demo_bracket_and_sons"
SIGN_IN = """mutation { signIn(email: "shopper@partline.example", password: "partline-demo") {
  token } }"""
QUICK = StreamSettings(heartbeat=0.05, waiting=2, patience=0.3)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


@asynccontextmanager
async def a_shop(
    accounts: Accounts,
    keys: tuple[str, str],
    redis: Redis,
    *,
    limits: StreamLimits | None = None,
    streams: StreamSettings | None = None,
) -> AsyncIterator[tuple[World, str, Announcements]]:
    announcements = Announcements()
    settings = EdgeSettings(
        signing_private_key="",
        streams=limits or StreamLimits(),
        answering=AnsweringSettings(streams=streams or StreamSettings()),
    )
    async with (
        a_world(accounts, keys, redis, settings=settings, announcements=announcements) as world,
        served(world.app, lifespan="off") as url,
    ):
        yield world, url, announcements


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_each_event_comes_with_the_fields_of_other_subgraphs(
    accounts: Accounts, keys: tuple[str, str], redis: Redis, method: str
) -> None:
    async with (
        a_shop(accounts, keys, redis) as (_, url, announcements),
        listening(url, CHANGES, method=method) as listener,
    ):
        assert listener.response.headers["content-type"] == "text/event-stream"
        await until(lambda: announcements.followers == 1)
        for name in ("Bracket", "Longer bracket"):
            announcements.tell(name)
            assert await listener.next() == (
                "next",
                {"data": {"partChanged": {"name": name, "left": 7}}},
            )
        announcements.tell(None)
        assert await listener.next() == ("complete", None)
        assert await listener.rest() == []


async def test_apollos_clients_get_parts_with_payloads_and_signs_of_life(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    accept = {"accept": 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0,application/json'}
    async with (
        a_shop(accounts, keys, redis, streams=QUICK) as (_, url, announcements),
        httpx.AsyncClient(base_url=url, timeout=30) as client,
        client.stream("POST", "/graphql", json={"query": CHANGES}, headers=accept) as response,
    ):
        assert response.headers["content-type"].startswith('multipart/mixed;boundary="graphql"')
        await until(lambda: announcements.followers == 1)
        chunks, read = response.aiter_text(), ""
        while read.count("{}\r\n--graphql") < 2:
            read += await anext(chunks)
        announcements.tell("Bracket")
        announcements.tell(None)
        async for chunk in chunks:
            read += chunk
    assert read.startswith("--graphql\r\ncontent-type: application/json")
    assert '\r\n\r\n{"payload":{"data":{"partChanged":{"name":"Bracket","left":7}}}}\r\n--' in read
    assert read.endswith("\r\n--graphql--\r\n")


async def test_a_client_that_leaves_ends_the_subgraphs_stream(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    async with a_shop(accounts, keys, redis) as (world, url, announcements):
        async with listening(url, CHANGES):
            await until(lambda: announcements.followers == 1)
            assert len(world.edge.streams) == 1
        await until(lambda: announcements.followers == 0)
        await until(lambda: len(world.edge.streams) == 0)


async def test_a_shutdown_ends_the_stream_with_a_reason(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    async with (
        a_shop(accounts, keys, redis) as (world, url, announcements),
        listening(url, CHANGES) as listener,
    ):
        await until(lambda: announcements.followers == 1)
        world.edge.close_streams()
        name, said = await listener.next()
        assert (name, said["errors"][0]["extensions"]["code"]) == ("next", "SERVER_SHUTTING_DOWN")
        assert await listener.next() == ("complete", None)
        assert await listener.rest() == []
        await until(lambda: announcements.followers == 0)


async def test_a_client_that_does_not_read_is_dropped_with_a_reason_and_lets_go_at_once(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    async with (
        a_shop(accounts, keys, redis, streams=QUICK) as (_, url, announcements),
        listening(url, CHANGES) as listener,
    ):
        await until(lambda: announcements.followers == 1)
        # More than all buffers on the way hold; what the client has not taken stays unsent.
        for _ in range(60):
            announcements.tell("x" * 1_000_000)
        await until(lambda: announcements.followers == 0)
        rest = await listener.rest()
    assert any("STREAM_TOO_SLOW" in line for line in rest[-10:])
    assert sum(len(line) > 1_000_000 for line in rest) < 60


async def test_a_revoked_right_ends_the_stream_before_the_next_event(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    async with (
        a_shop(accounts, keys, redis) as (_, url, announcements),
        httpx.AsyncClient(base_url=url) as shopper,
    ):
        answer = await shopper.post("/graphql", json={"query": SIGN_IN})
        cookie = f"partline_session={answer.json()['data']['signIn']['token']}"
        async with listening(url, CHANGES, cookie=cookie) as listener:
            await until(lambda: announcements.followers == 1)
            announcements.tell("Bracket")
            assert (await listener.next())[1]["data"]["partChanged"]["name"] == "Bracket"
            ended = {"query": "mutation { signOut }"}
            await shopper.post("/graphql", json=ended, headers={"cookie": cookie})
            announcements.tell("Secret")
            name, said = await listener.next()
            rest = await listener.rest()
    assert (name, said["errors"][0]["extensions"]["code"]) == ("next", "STREAM_NOT_ALLOWED")
    assert "Secret" not in str((said, rest))


async def test_a_fault_behind_an_event_shows_a_reference_and_not_its_cause(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    async with (
        a_shop(accounts, keys, redis) as (world, url, announcements),
        listening(url, CHANGES) as listener,
    ):
        reference = listener.response.headers["x-request-id"]
        await until(lambda: announcements.followers == 1)
        world.transport.away.add("stock")
        announcements.tell("Bracket")
        _, without_stock = await listener.next()
        assert without_stock["data"]["partChanged"] == {"name": "Bracket", "left": None}
        assert without_stock["errors"][0]["extensions"]["reference"] == reference
        assert "taken away" not in str(without_stock)
        announcements.tell(KeyError("the secret inside"))
        _, broken = await listener.next()
        assert broken["errors"][0]["extensions"]["reference"] == reference
        assert "secret" not in str(broken)


async def test_more_streams_than_a_caller_may_have_are_refused_and_places_come_back(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    limits = StreamLimits(caller=1, address=3)
    async with a_shop(accounts, keys, redis, limits=limits) as (world, url, announcements):
        keyed = {"x_api_key": DEMO_KEY}
        async with listening(url, CHANGES, **keyed):
            await until(lambda: announcements.followers == 1)
            async with listening(url, CHANGES, **keyed) as second:
                await second.response.aread()
                assert second.response.status_code == 429
                assert "TOO_MANY_STREAMS" in second.response.text
            async with (
                listening(url, CHANGES),
                listening(url, CHANGES),
                listening(url, CHANGES) as third,
            ):
                await third.response.aread()
                assert third.response.status_code == 429
                order = "/live?topic=order:0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000"
                async with httpx.AsyncClient(base_url=url) as browser:
                    assert (await browser.get(order)).status_code == 429
        await until(lambda: len(world.edge.streams) == 0)
        async with listening(url, CHANGES, **keyed) as again:
            assert again.response.status_code == 200


async def test_a_subscription_needs_a_client_that_takes_a_stream(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    async with a_world(accounts, keys, redis) as world:
        refused = await world.post(CHANGES)
        assert refused.status_code == 406
        assert "text/event-stream" in refused.json()["errors"][0]["message"]
        wrong = await world.post("subscription { nothing }", accept="text/event-stream")
        assert wrong.status_code == 400
        assert "nothing" in wrong.text


async def test_a_query_may_be_answered_as_a_stream_of_one(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    async with a_world(accounts, keys, redis) as world:
        answer = await world.post("{ shelves }", **EVENTS)
    assert 'event: next\ndata: {"data":{"shelves":3}}\n\nevent: complete\ndata:\n\n' in answer.text


async def test_a_subscription_that_another_site_opens_is_refused(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    async with a_world(accounts, keys, redis) as world:
        answer = await world.browser.get(
            "/graphql",
            params={"query": CHANGES},
            headers=EVENTS | {"sec-fetch-site": "cross-site"},
        )
    assert answer.status_code == 403
