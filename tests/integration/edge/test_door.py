"""Who is let in, as whom, and what never passes."""

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from gateway.edge.pages.proxied import ProxiedPages
from gateway.edge.rate_limits.bucket import Rate
from gateway.edge.rate_limits.policy import RatePolicy
from gateway.edge.settings import EdgeSettings
from shared.graphql.app import subgraph_app
from shared.headers import TOKEN_HEADER
from shared.identity import TokenSigner, new_key_pair
from shared.ids import demo_id
from tests.integration.accounts.service import Accounts, somebody
from tests.integration.edge.serving import closed_address, served
from tests.integration.edge.world import World, a_world

SIGN_IN = """mutation { signIn(email: "shopper@partline.example", password: "partline-demo") {
  token } }"""
SHOPPER = str(demo_id("account", "shopper@partline.example"))
DEMO_KEY = "plk_demo_bracket_and_sons"


@pytest_asyncio.fixture
async def world(accounts: Accounts, keys: tuple[str, str], redis: Redis) -> AsyncIterator[World]:
    async with a_world(accounts, keys, redis) as world:
        yield world


async def sign_in(world: World) -> None:
    token = (await world.ask(SIGN_IN))["data"]["signIn"]["token"]
    world.browser.cookies.set("partline_session", token, domain="partline.example")


async def asker(world: World, **headers: str) -> list[str]:
    words: list[str] = (await world.ask("{ asker }", **headers))["data"]["asker"].split()
    return words


async def test_a_signed_in_browser_asks_as_its_account(world: World) -> None:
    await sign_in(world)
    assert (await asker(world))[:2] == ["customer", SHOPPER]
    assert (await world.ask("{ me { name } }"))["data"] == {"me": {"name": "Sam Shopper"}}


async def test_signing_out_ends_the_session_at_this_gateway_at_once(world: World) -> None:
    await sign_in(world)
    assert (await asker(world))[0] == "customer"
    assert (await world.ask("mutation { signOut }"))["data"] == {"signOut": True}
    assert (await asker(world))[0] == "visitor"
    assert "partline_session" not in world.browser.cookies


@pytest.mark.parametrize("header", ["x_api_key", "authorization"])
async def test_an_api_key_asks_as_its_partner(world: World, header: str) -> None:
    value = DEMO_KEY if header == "x_api_key" else f"Bearer {DEMO_KEY}"
    assert (await asker(world, **{header: value}))[0] == "partner"


async def test_an_unknown_api_key_is_answered_401_with_a_sentence(world: World) -> None:
    response = await world.post("{ shelves }", x_api_key="plk_of_nobody")
    assert response.status_code == 401
    assert "revoked" in response.json()["errors"][0]["message"]
    assert response.headers["www-authenticate"].startswith("Bearer")


async def test_headers_that_a_client_forges_change_nothing(
    world: World, accounts: Accounts
) -> None:
    stranger = TokenSigner(new_key_pair()[0])
    forged = {
        TOKEN_HEADER: stranger.sign(somebody("manager")),
        "x-partline-roles": "manager",
        "x-forwarded-for": "10.0.0.1",
    }
    response = await world.browser.post("/graphql", json={"query": "{ asker }"}, headers=forged)
    assert response.json()["data"]["asker"].startswith("visitor")
    page = (await world.browser.get("/any", headers=forged)).json()
    assert TOKEN_HEADER not in page["headers"]
    assert "x-partline-roles" not in page["headers"]
    assert page["headers"]["x-forwarded-for"] != "10.0.0.1"
    for _, headers in world.transport.sent:
        assert set(headers) <= {TOKEN_HEADER, "x-request-id"}
        assert headers[TOKEN_HEADER] != forged[TOKEN_HEADER]


async def test_even_the_real_gateways_token_from_outside_gives_no_rights(
    world: World, accounts: Accounts
) -> None:
    token = accounts.signer.sign(somebody("manager"))
    response = await world.browser.post(
        "/graphql", json={"query": "{ asker }"}, headers={TOKEN_HEADER: token}
    )
    assert response.json()["data"]["asker"].startswith("visitor")


async def test_an_authorization_header_does_not_reach_the_pages(world: World) -> None:
    page = (await world.browser.get("/any", headers={"authorization": f"Bearer {DEMO_KEY}"})).json()
    assert "authorization" not in page["headers"]


async def test_a_subgraph_called_directly_over_http_answers_401(accounts: Accounts) -> None:
    stranger = TokenSigner(new_key_pair()[0])
    expired = accounts.signer.sign(somebody("manager"), now=1)
    entity = '{ _entities(representations: [{__typename: "Account", id: "x"}]) { __typename } }'
    async with (
        served(subgraph_app(accounts.endpoint)) as url,
        httpx.AsyncClient(base_url=url) as client,
    ):
        for token in ("", "nonsense", stranger.sign(somebody("manager")), expired):
            for query in ("{ _service { sdl } }", "{ me { id } }", entity):
                response = await client.post(
                    "/graphql", json={"query": query}, headers={TOKEN_HEADER: token}
                )
                assert response.status_code == 401
        unsigned = await client.post("/graphql", json={"query": "{ me { id } }"})
        assert unsigned.status_code == 401


@pytest.mark.parametrize(
    "headers", [{"sec_fetch_site": "cross-site"}, {"origin": "https://evil.example"}]
)
async def test_another_sites_post_with_our_cookies_is_refused(
    world: World, headers: dict[str, str]
) -> None:
    await sign_in(world)
    response = await world.post("mutation { signOut }", **headers)
    assert response.status_code == 403
    assert "another site" in response.json()["errors"][0]["message"]
    assert (await asker(world))[0] == "customer"


async def test_another_sites_form_does_not_reach_the_pages(world: World) -> None:
    response = await world.browser.post("/basket", headers={"sec-fetch-site": "cross-site"})
    assert response.status_code == 403


async def test_a_key_may_be_sent_from_anywhere_since_no_browser_adds_it(world: World) -> None:
    response = await world.post("{ asker }", x_api_key=DEMO_KEY, sec_fetch_site="cross-site")
    assert response.status_code == 200


async def test_the_first_page_names_the_visitor_to_pages_and_browser_alike(world: World) -> None:
    first = await world.browser.get("/any")
    cookie = first.json()["cookies"]["partline_visitor"]
    assert world.browser.cookies["partline_visitor"] == cookie
    second = await world.browser.get("/any")
    assert "set-cookie" not in second.headers
    assert (await asker(world))[0] == "visitor"
    assert (await asker(world))[1] == (await asker(world))[1]


async def test_two_without_a_name_are_not_the_same_visitor(world: World) -> None:
    assert (await asker(world))[1] != (await asker(world))[1]


async def test_an_expired_session_is_a_visitor_and_its_cookie_is_taken_back(world: World) -> None:
    world.browser.cookies.set("partline_session", "long-gone", domain="partline.example")
    page = await world.browser.get("/any")
    assert "partline_session" not in page.json()["cookies"]
    assert "partline_session" not in world.browser.cookies


async def test_whoever_signs_in_leaves_the_visitor_behind_at_the_next_page(world: World) -> None:
    await world.browser.get("/any")
    before = world.browser.cookies["partline_visitor"]
    await sign_in(world)
    await world.browser.get("/any")
    assert world.browser.cookies["partline_visitor"] != before


async def test_a_visitor_who_registers_is_no_visitor_from_that_moment_on(world: World) -> None:
    await world.browser.get("/any")
    role, visitor = (await asker(world))[:2]
    assert role == "visitor"
    email = f"{uuid4().hex}@example.com"
    registered = await world.ask(
        f'mutation {{ register(email: "{email}", name: "A", password: "analytical engine") '
        "{ account { id } } }"
    )
    assert registered["data"]["register"]["account"]["id"] == visitor
    role, afterwards = (await asker(world))[:2]
    assert (role, afterwards != visitor) == ("visitor", True)


async def test_while_accounts_is_away_pages_still_come_and_the_graph_says_wait(
    world: World,
) -> None:
    world.browser.cookies.set("partline_session", uuid4().hex, domain="partline.example")
    world.transport.away.add("accounts")
    assert (await world.browser.get("/any")).status_code == 200
    refused = await world.post("{ shelves }")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "3")
    world.browser.cookies.clear()
    assert (await world.ask("{ shelves }"))["data"] == {"shelves": 3}


async def test_every_answer_has_the_strict_headers(world: World) -> None:
    for path in ("/health", "/graphql", "/any", "/graphql/assets/explorer.js", "/crash"):
        headers = (await world.browser.get(path)).headers
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-request-id"]


@pytest.mark.parametrize("secure", [True, False])
async def test_browsers_are_told_to_come_by_https_alone_where_there_is_https(
    accounts: Accounts, keys: tuple[str, str], redis: Redis, secure: bool
) -> None:
    settings = EdgeSettings(signing_private_key="", secure_cookies=secure)
    async with a_world(accounts, keys, redis, settings=settings) as world:
        headers = (await world.browser.get("/health")).headers
    assert ("strict-transport-security" in headers) is secure


async def test_a_refusal_comes_in_the_media_type_that_was_asked_for(world: World) -> None:
    newer = {"accept": "application/graphql-response+json"}
    refused = await world.browser.post("/graphql", json=[], headers=newer)
    assert refused.status_code == 400
    assert refused.headers["content-type"] == newer["accept"]
    assert refused.headers["cache-control"] == "no-store"


async def test_pages_find_their_own_addresses(world: World) -> None:
    page = (await world.browser.get("/any")).json()
    assert page["own_address"] == "http://partline.example/html"


async def test_pages_keep_the_policy_that_they_bring(world: World) -> None:
    policy = (await world.browser.get("/html")).headers.get_list("content-security-policy")
    assert policy == ["default-src 'self'"]


async def test_the_explorer_is_a_page_without_inline_scripts(world: World) -> None:
    page = await world.browser.get("/graphql")
    assert page.status_code == 200
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "<script>" not in page.text
    assert "style=" not in page.text


async def test_pages_that_are_down_get_a_page_that_says_so(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    pages = ProxiedPages(closed_address())
    async with a_world(accounts, keys, redis, pages=pages) as world:
        page = await world.browser.get("/", headers={"accept": "text/html"})
        assert page.status_code == 502
        assert "reload in a few seconds" in page.text
        assert page.headers["x-request-id"] in page.text
        health = await world.browser.get("/health")
        assert (health.status_code, health.json()["pages"]) == (503, "away")
        assert (await world.ask("{ shelves }"))["data"] == {"shelves": 3}


async def test_a_fault_in_the_pages_is_a_500_with_a_reference(world: World) -> None:
    response = await world.browser.get("/crash")
    assert response.status_code == 500
    assert "secret" not in response.text


async def test_too_many_requests_are_told_when_to_come_back(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    name = uuid4().hex
    rates = RatePolicy(address=Rate(name, capacity=2, per_second=0.01))
    async with a_world(accounts, keys, redis, rates=rates) as world:
        answers = [await world.post("{ shelves }") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert 90 <= int(answers[2].headers["retry-after"]) <= 100
        keyed = await world.post("{ shelves }", x_api_key=DEMO_KEY)
        assert keyed.status_code == 200


async def test_another_visitors_name_brings_no_other_limit(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    rates = RatePolicy(address=Rate(uuid4().hex, capacity=5, per_second=0.01))
    async with a_world(accounts, keys, redis, rates=rates) as world:
        statuses = []
        for _ in range(3):
            world.browser.cookies.clear()
            named = await world.browser.get("/graphql", headers={"accept": "text/html"})
            assert "partline_visitor" in named.headers["set-cookie"]
            statuses.append((await world.post("{ shelves }")).status_code)
        assert statuses == [200, 200, 429]


async def test_made_up_keys_and_sessions_stop_reaching_accounts(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    rates = RatePolicy(unheard=Rate(uuid4().hex, capacity=4, per_second=0.01))
    async with a_world(accounts, keys, redis, rates=rates) as world:
        known = await world.post("{ shelves }", x_api_key=DEMO_KEY)
        assert known.status_code == 200
        statuses = [
            (await world.post("{ shelves }", x_api_key=f"plk_{uuid4().hex}")).status_code
            for _ in range(4)
        ]
        assert statuses == [401, 401, 401, 429]
        session = {"cookie": f"partline_session={uuid4().hex}"}
        assert (await world.post("{ shelves }", **session)).status_code == 429
        assert (await world.post("{ shelves }", x_api_key=DEMO_KEY)).status_code == 200
        assert (await world.post("{ shelves }")).status_code == 200
