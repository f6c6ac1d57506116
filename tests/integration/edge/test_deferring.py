"""@defer from the client's side, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
from redis.asyncio import Redis

from gateway.edge.event_sources.parts import read_parts
from gateway.edge.graphql.answering import AnsweringSettings
from gateway.edge.settings import EdgeSettings
from tests.integration.accounts.service import Accounts
from tests.integration.edge.serving import served
from tests.integration.edge.world import World, a_world

DEFERRED = '{ part { name ... @defer(label: "stock") { left } } }'
ACCEPT = {"accept": "multipart/mixed;deferSpec=20220824, application/json"}


class Gate:
    """Holds the fetches to the stock service until it is opened."""

    def __init__(self, world: World) -> None:
        self.opened = asyncio.Event()
        self._send = world.transport.send
        world.transport.send = self.send  # type: ignore[method-assign]

    async def send(
        self, subgraph: str, body: bytes, headers: Mapping[str, str], *, repeatable: bool = False
    ) -> bytes:
        if subgraph == "stock" and b"_entities" in body:
            await self.opened.wait()
        return await self._send(subgraph, body, headers, repeatable=repeatable)


async def parts_of(response: httpx.Response) -> AsyncIterator[Any]:
    async for part in read_parts(response.aiter_bytes(), "-"):
        yield part


async def test_what_is_deferred_comes_after_the_rest(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    async with (
        a_world(accounts, keys, redis) as world,
        served(world.app, lifespan="off") as url,
        httpx.AsyncClient(base_url=url, timeout=30) as client,
    ):
        gate = Gate(world)
        asked = {"query": DEFERRED}
        async with client.stream("POST", "/graphql", json=asked, headers=ACCEPT) as response:
            kind = response.headers["content-type"]
            assert kind == 'multipart/mixed;boundary="-";deferSpec=20220824'
            parts = parts_of(response)
            first = await anext(parts)
            assert first == {"data": {"part": {"name": "Bracket"}}, "hasNext": True}
            gate.opened.set()
            rest = [part async for part in parts]
    increments = [one for part in rest for one in part.get("incremental", [])]
    assert increments == [{"data": {"left": 7}, "path": ["part"], "label": "stock"}]
    assert [part["hasNext"] for part in rest][-1] is False


async def test_who_takes_no_parts_gets_one_response(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    async with a_world(accounts, keys, redis) as world:
        answer = await world.post(DEFERRED)
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"data": {"part": {"name": "Bracket", "left": 7}}}


async def test_a_fault_in_what_is_deferred_shows_a_reference(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    async with a_world(accounts, keys, redis) as world:
        await world.ask("{ shelves }")
        world.transport.away.add("stock")
        answer = await world.post(DEFERRED, **ACCEPT)
    assert "SUBREQUEST_FAILED" in answer.text
    assert answer.headers["x-request-id"] in answer.text
    assert "taken away" not in answer.text


async def test_what_never_gets_ready_is_given_up(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    settings = EdgeSettings(
        signing_private_key="", answering=AnsweringSettings(operation_seconds=0.2)
    )
    async with a_world(accounts, keys, redis, settings=settings) as world:
        await world.ask("{ part { name left } }")
        Gate(world)
        async with asyncio.timeout(60):
            answer = await world.post(DEFERRED, **ACCEPT)
    assert "OPERATION_TIMED_OUT" in answer.text
    assert answer.text.endswith("\r\n-----\r\n")
