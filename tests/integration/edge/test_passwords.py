"""How often passwords may be tried, whatever way the tries come."""

import asyncio
from contextvars import Context
from uuid import uuid4

import httpx
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.edge.address import BROWSER_HEADER, SealedAddresses
from gateway.edge.pages.upstream import MountedPages
from gateway.edge.rate_limits.bucket import Rate
from gateway.edge.rate_limits.policy import RatePolicy
from tests.integration.accounts.service import Accounts
from tests.integration.edge.world import a_world
from ui.gateway_client import FORWARDED

WRONG = """mutation { signIn(email: "nobody@x.example", password: "x") { token } }"""


async def test_passwords_are_tried_at_a_slower_rate_also_under_many_names(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    rates = RatePolicy(sign_in=Rate(uuid4().hex, capacity=2, per_second=0.01))
    async with a_world(accounts, keys, redis, rates=rates) as world:
        statuses = []
        for _ in range(3):
            world.browser.cookies.clear()
            await world.browser.get("/any")
            statuses.append((await world.post(WRONG)).status_code)
        assert statuses == [200, 200, 429]
        assert (await world.post("{ shelves }")).status_code == 200


async def test_pages_in_another_process_pass_on_whose_browser_it_is(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    gateway: list[Starlette] = []

    async def sign_in_page(request: Request) -> Response:
        # A context of its own, as another process has: nothing is known but the headers.
        headers = {name: request.headers[name] for name in FORWARDED if name in request.headers}
        asking = asyncio.create_task(asks_alone(headers), context=Context())
        return Response(status_code=await asking)

    async def asks_alone(headers: dict[str, str]) -> int:
        inner = httpx.ASGITransport(gateway[0], client=("192.0.2.99", 1))
        async with httpx.AsyncClient(transport=inner, base_url="http://inner") as client:
            answer = await client.post("/graphql", json={"query": WRONG}, headers=headers)
        return answer.status_code

    pages = MountedPages(Starlette(routes=[Route("/sign-in", sign_in_page, methods=["POST"])]))
    rates = RatePolicy(sign_in=Rate(uuid4().hex, capacity=1, per_second=0.01))

    async def signs_in_from(address: str, **headers: str) -> int:
        outer = httpx.ASGITransport(gateway[0], client=(address, 1))
        async with httpx.AsyncClient(transport=outer, base_url="http://x") as browser:
            return (await browser.post("/sign-in", headers=headers)).status_code

    async with a_world(accounts, keys, redis, rates=rates, pages=pages) as world:
        gateway.append(world.app)
        assert await signs_in_from("192.0.2.1") == 200
        assert await signs_in_from("192.0.2.2") == 200
        assert await signs_in_from("192.0.2.1") == 429
        forged = {BROWSER_HEADER: SealedAddresses("00" * 32).seal("192.0.2.3")}
        assert await signs_in_from("192.0.2.1", **forged) == 429
        assert await asks_alone({}) == 200
        assert await asks_alone(forged) == 429


async def test_many_passwords_in_one_request_are_not_one_try(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    def tries(number: int) -> str:
        one = 'signIn(email: "nobody@x.example", password: "x") { token }'
        return "mutation { " + " ".join(f"try{n}: {one}" for n in range(number)) + " }"

    rates = RatePolicy(sign_in=Rate(uuid4().hex, capacity=5, per_second=0.01))
    async with a_world(accounts, keys, redis, rates=rates) as world:
        statuses = [(await world.post(tries(number))).status_code for number in (6, 3, 3, 2, 1)]
        assert statuses == [429, 200, 429, 200, 429]


async def test_a_page_that_signs_in_is_counted_for_its_browser_and_not_for_itself(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    gateway: list[Starlette] = []

    async def sign_in_page(_: Request) -> Response:
        inner = httpx.ASGITransport(gateway[0], client=("192.0.2.99", 1))
        async with httpx.AsyncClient(transport=inner, base_url="http://inner") as client:
            answer = await client.post("/graphql", json={"query": WRONG})
        return Response(status_code=answer.status_code)

    pages = MountedPages(Starlette(routes=[Route("/sign-in", sign_in_page, methods=["POST"])]))
    rates = RatePolicy(sign_in=Rate(uuid4().hex, capacity=1, per_second=0.01))

    async def signs_in_from(address: str) -> int:
        outer = httpx.ASGITransport(gateway[0], client=(address, 1))
        async with httpx.AsyncClient(transport=outer, base_url="http://x") as browser:
            return (await browser.post("/sign-in")).status_code

    async with a_world(accounts, keys, redis, rates=rates, pages=pages) as world:
        gateway.append(world.app)
        assert await signs_in_from("192.0.2.1") == 200
        assert await signs_in_from("192.0.2.2") == 200
        assert await signs_in_from("192.0.2.1") == 429
