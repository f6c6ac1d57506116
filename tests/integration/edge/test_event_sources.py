"""Subscriptions at subgraphs: each protocol against a real server that speaks it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

import orjson
import pytest
from aiohttp import WSMsgType, web
from redis.asyncio import Redis

from gateway.edge.event_sources import HttpEventSource, SubscriptionAddress
from gateway.edge.transport import SubgraphUnavailable
from shared.graphql.app import subgraph_app
from shared.headers import TOKEN_HEADER
from shared.identity import TokenSigner
from tests.integration.accounts.service import Accounts, somebody
from tests.integration.edge.listening import listening
from tests.integration.edge.serving import closed_address, served
from tests.integration.edge.test_subscriptions import CHANGES, until
from tests.integration.edge.world import Announcements, a_world

BODY = b'{"query":"subscription { tick }","variables":{}}'
HEADERS = {"x-forwarded": "yes"}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def a_server(handler: Handler) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/graphql", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"{runner.addresses[0][0]}:{runner.addresses[0][1]}/graphql"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def a_source(url: str) -> AsyncIterator[HttpEventSource]:
    source = HttpEventSource({"clock": SubscriptionAddress.of(url)})
    yield source
    await source.close()


async def events_at(url: str) -> list[Any]:
    async with a_source(url) as source:
        return [orjson.loads(event) async for event in source.subscribe("clock", BODY, HEADERS)]


def streaming(content_type: str, *chunks: bytes) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        assert await request.read() == BODY
        assert request.headers["x-forwarded"] == "yes"
        response = web.StreamResponse(headers={"content-type": content_type})
        await response.prepare(request)
        for chunk in chunks:
            await response.write(chunk)
        return response

    return handler


async def test_server_sent_events_are_read_until_complete() -> None:
    handler = streaming(
        "text/event-stream",
        b':\n\nevent: next\ndata: {"data": {"tick": 1}}\n\n',
        b'event: next\ndata: {"data": {"tick": 2}}\n\nevent: complete\n\nevent: next\ndata: {}\n\n',
    )
    async with a_server(handler) as address:
        assert await events_at(f"http://{address}") == [{"data": {"tick": n}} for n in (1, 2)]


async def test_parts_are_read_and_a_last_error_is_told() -> None:
    handler = streaming(
        'multipart/mixed; boundary="graphql"; subscriptionSpec="1.0"',
        b'--graphql\r\n\r\n{}\r\n--graphql\r\n\r\n{"payload": {"data": {"tick": 1}}}\r\n',
        b'--graphql\r\n\r\n{"payload": null, "errors": [{"message": "over"}]}\r\n--graphql--\r\n',
    )
    async with a_server(handler) as address:
        assert await events_at(f"http://{address}") == [
            {"data": {"tick": 1}},
            {"data": None, "errors": [{"message": "over"}]},
        ]


async def test_an_answer_that_is_no_stream_is_one_event() -> None:
    handler = streaming("application/json", b'{"errors": [{"message": "no"}]}')
    async with a_server(handler) as address:
        assert await events_at(f"http://{address}") == [{"errors": [{"message": "no"}]}]


@pytest.mark.parametrize(
    ("content_type", "chunk", "why"),
    [
        ("text/event-stream", b'event: next\ndata: {"data": 1}\n\n', "broke off"),
        ("multipart/mixed; boundary=-", b'---\r\n\r\n{"payload": {}}\r\n---', "broke off"),
        ("text/html", b"<p>hello</p>", "text/html"),
    ],
)
async def test_a_stream_that_breaks_off_is_no_stream_that_ended(
    content_type: str, chunk: bytes, why: str
) -> None:
    async with a_server(streaming(content_type, chunk)) as address:
        with pytest.raises(SubgraphUnavailable, match=why):
            await events_at(f"http://{address}")


@pytest.mark.parametrize("scheme", ["http", "ws"])
async def test_a_subgraph_that_is_away_is_said_to_be(scheme: str) -> None:
    with pytest.raises(SubgraphUnavailable):
        await events_at(closed_address().replace("http", scheme))


class Clock:
    """A server of graphql-transport-ws, and what was said to it."""

    def __init__(self, *messages: dict[str, Any], protocol: str = "graphql-transport-ws") -> None:
        self.messages = messages
        self.protocol = protocol
        self.heard: list[dict[str, Any]] = []
        self.closed = False

    async def answer(self, request: web.Request) -> web.WebSocketResponse:
        assert request.headers["x-forwarded"] == "yes"
        socket = web.WebSocketResponse(protocols=(self.protocol,))
        await socket.prepare(request)
        async for message in socket:
            assert message.type is WSMsgType.TEXT
            said = message.json()
            self.heard.append(said)
            if said["type"] == "connection_init":
                await socket.send_json({"type": "ping"})
                await socket.send_json({"type": "connection_ack"})
            elif said["type"] == "subscribe":
                for answer in self.messages:
                    await socket.send_json({"id": said["id"], **answer})
        self.closed = True
        return socket


TICK = {"type": "next", "payload": {"data": {"tick": 1}}}


async def test_graphql_transport_ws_is_spoken() -> None:
    clock = Clock(TICK, {"type": "ping"}, TICK, {"type": "complete"}, TICK)
    async with a_server(clock.answer) as address:
        assert await events_at(f"ws://{address}") == [TICK["payload"]] * 2
        await until(lambda: clock.closed)
    kinds = [said["type"] for said in clock.heard]
    assert kinds[:3] == ["connection_init", "pong", "subscribe"]
    assert clock.heard[2]["payload"] == orjson.loads(BODY)


async def test_an_error_over_the_socket_is_the_last_event() -> None:
    clock = Clock({"type": "error", "payload": [{"message": "no"}]})
    async with a_server(clock.answer) as address:
        assert await events_at(f"ws://{address}") == [{"data": None, "errors": [{"message": "no"}]}]


async def test_a_listener_that_leaves_says_so_over_the_socket() -> None:
    clock = Clock(TICK)
    async with a_server(clock.answer) as address:
        async with a_source(f"ws://{address}") as source:
            events = source.subscribe("clock", BODY, HEADERS)
            async with aclosing(events):
                assert orjson.loads(await anext(events)) == TICK["payload"]
        await until(lambda: clock.closed)
    assert clock.heard[-1]["type"] == "complete"


async def test_a_server_of_another_protocol_is_not_waited_for() -> None:
    async with a_server(Clock(protocol="graphql-ws").answer) as address:
        with pytest.raises(SubgraphUnavailable, match="graphql-transport-ws"):
            await events_at(f"ws://{address}")


async def test_a_subgraph_in_its_own_process_streams_and_notices_who_leaves(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    announcements = Announcements()
    async with a_world(accounts, keys, redis, announcements=announcements) as inside:
        app = subgraph_app(inside.transport.endpoint("catalogue"))
        async with served(app) as catalogue:
            address = SubscriptionAddress(f"{catalogue}/graphql")
            source = HttpEventSource({"catalogue": address})
            async with (
                a_world(accounts, keys, redis, events=source) as world,
                served(world.app, lifespan="off") as url,
            ):
                async with listening(url, CHANGES) as listener:
                    await until(lambda: announcements.followers == 1)
                    announcements.tell("Bracket")
                    _, event = await listener.next()
                    assert event == {"data": {"partChanged": {"name": "Bracket", "left": 7}}}
                await until(lambda: announcements.followers == 0)


async def test_a_subgraph_streams_to_nobody_but_the_gateway(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    async with a_world(accounts, keys, redis) as world:
        app = subgraph_app(world.transport.endpoint("catalogue"))
        async with served(app) as url, a_source(f"{url}/graphql") as source:
            body = orjson.dumps({"query": CHANGES})
            events = source.subscribe("clock", body, {TOKEN_HEADER: "forged"})
            answers = [orjson.loads(event) async for event in events]
            assert answers[0]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
            token = TokenSigner(keys[0]).sign(somebody("manager"))
            wrong = orjson.dumps({"query": "subscription { nothing }"})
            events = source.subscribe("clock", wrong, {TOKEN_HEADER: token})
            assert "nothing" in str([event async for event in events])
