"""Single-flight: what several ask at once, and who never shares."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from gateway.edge.graphql.answering import AnsweringSettings
from gateway.edge.settings import EdgeSettings
from tests.integration.accounts.service import Accounts
from tests.integration.edge.test_subscriptions import until
from tests.integration.edge.world import World, a_world

DEMO_KEY = "plk_demo_bracket_and_sons"
SIGN_IN = """mutation { signIn(email: "%s@partline.example", password: "partline-demo") {
  token } }"""


class Gate:
    """Holds what goes to a subgraph until so many requests have come to the gateway."""

    def __init__(self, world: World) -> None:
        self.sent = Counter[str]()
        self.opened = asyncio.Event()
        self._send = world.transport.send
        world.transport.send = self.send  # type: ignore[method-assign]

    async def send(
        self, subgraph: str, body: bytes, headers: Mapping[str, str], *, repeatable: bool = False
    ) -> bytes:
        if b"asker" in body:
            self.sent[subgraph] += 1
            await self.opened.wait()
        return await self._send(subgraph, body, headers, repeatable=repeatable)


@pytest_asyncio.fixture
async def world(accounts: Accounts, keys: tuple[str, str], redis: Redis) -> AsyncIterator[World]:
    async with a_world(accounts, keys, redis) as world:
        yield world


async def cookie_of(world: World, name: str) -> str:
    answer = await world.ask(SIGN_IN % name)
    return f"partline_session={answer['data']['signIn']['token']}"


async def together(world: World, gate: Gate, asked: list[tuple[str, dict[str, str]]]) -> list[str]:
    """The answers to queries that are all under way before the first is executed."""
    asking = [asyncio.create_task(world.post(query, **headers)) for query, headers in asked]
    await until(lambda: gate.sent["catalogue"] + world.edge.answering.shared == len(asked))
    gate.opened.set()
    return [(await one).json()["data"]["asker"] for one in asking]


async def test_identical_queries_of_one_caller_are_executed_once(world: World) -> None:
    cookie = {"cookie": await cookie_of(world, "shopper")}
    await world.post("{ shelves }", **cookie)
    gate = Gate(world)
    answers = await together(world, gate, [("{ asker }", cookie)] * 5)
    assert len(set(answers)) == 1
    assert gate.sent["catalogue"] == 1


async def test_identical_queries_of_different_callers_are_never_shared(world: World) -> None:
    shopper = {"cookie": await cookie_of(world, "shopper")}
    manager = {"cookie": await cookie_of(world, "manager")}
    partner = {"x_api_key": DEMO_KEY}
    for headers in (shopper, manager, partner):
        await world.post("{ shelves }", **headers)
    gate = Gate(world)
    asked = [("{ asker }", headers) for headers in (shopper, manager, partner, {}, {})]
    answers = await together(world, gate, asked)
    assert [answer.split()[0] for answer in answers] == [
        "customer",
        "manager",
        "partner",
        "visitor",
        "visitor",
    ]
    assert len({answer.split()[1] for answer in answers}) == 5


@pytest.mark.parametrize("second", ["{ asker left: __typename }", "{ asker  }"])
async def test_different_texts_are_not_shared(world: World, second: str) -> None:
    cookie = {"cookie": await cookie_of(world, "shopper")}
    await world.post("{ shelves }", **cookie)
    gate = Gate(world)
    await together(world, gate, [("{ asker }", cookie), (second, cookie)])
    assert gate.sent["catalogue"] == 2


async def test_sharing_can_be_switched_off(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    settings = EdgeSettings(
        signing_private_key="", answering=AnsweringSettings(single_flight=False)
    )
    async with a_world(accounts, keys, redis, settings=settings) as world:
        cookie = {"cookie": await cookie_of(world, "shopper")}
        await world.post("{ shelves }", **cookie)
        gate = Gate(world)
        await together(world, gate, [("{ asker }", cookie)] * 3)
        assert gate.sent["catalogue"] == 3


async def test_mutations_are_executed_each(world: World) -> None:
    cookie = {"cookie": await cookie_of(world, "shopper")}
    made = await asyncio.gather(*(world.ask(SIGN_IN % "shopper", **cookie) for _ in range(2)))
    assert len({answer["data"]["signIn"]["token"] for answer in made}) == 2
