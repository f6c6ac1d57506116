"""What one operation may take, and what only some may see of it."""

import asyncio

import pytest
from redis.asyncio import Redis

from gateway.edge.graphql.answering import AnsweringSettings
from gateway.edge.settings import EdgeSettings
from gateway.federation import Limits
from tests.integration.accounts.service import Accounts
from tests.integration.edge.world import World, a_world

SIGN_IN = """mutation { signIn(email: "%s@partline.example", password: "partline-demo") {
  token } }"""


def without_an_end(world: World) -> None:
    """Let the catalogue never answer."""
    send = world.transport.send

    async def hang(subgraph: str, *arguments: object, **options: object) -> bytes:
        if subgraph == "catalogue":
            await asyncio.Event().wait()
        return await send(subgraph, *arguments, **options)  # type: ignore[arg-type]

    world.transport.send = hang  # type: ignore[method-assign]


@pytest.mark.parametrize("single_flight", [True, False])
async def test_an_operation_that_takes_too_long_is_stopped_and_told(
    accounts: Accounts, keys: tuple[str, str], redis: Redis, single_flight: bool
) -> None:
    answering = AnsweringSettings(operation_seconds=0.1, single_flight=single_flight)
    settings = EdgeSettings(signing_private_key="", answering=answering)
    async with a_world(accounts, keys, redis, settings=settings) as world:
        await world.ask("{ shelves }")
        without_an_end(world)
        async with asyncio.timeout(60):
            answers = await asyncio.gather(*(world.post("{ asker }") for _ in range(3)))
        assert {answer.status_code for answer in answers} == {504}
        (error,) = answers[0].json()["errors"]
        assert error["extensions"]["code"] == "OPERATION_TIMED_OUT"
        assert error["extensions"]["reference"] == answers[0].headers["x-request-id"]
        assert await world.ask("{ shelves }") == {"data": {"shelves": 3}}


async def test_limits_of_operations_are_those_of_the_settings(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    settings = EdgeSettings(
        signing_private_key="",
        limits=Limits(depth=2, aliases=1),
        answering=AnsweringSettings(largest_body=200),
    )
    async with a_world(accounts, keys, redis, settings=settings) as world:
        assert "data" in await world.ask("{ part { name } }")
        for refused in ("{ a: shelves b: shelves }", "{ __schema { types { name } } }"):
            answer = await world.ask(refused)
            assert answer["errors"][0]["extensions"]["code"] == "OPERATION_TOO_LARGE"
        assert (await world.post("{ shelves } #" + "x" * 200)).status_code == 413


async def test_a_file_is_told_where_files_go(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    async with a_world(accounts, keys, redis) as world:
        answer = await world.browser.post(
            "/graphql",
            data={"operations": '{"query": "mutation { a }"}', "map": '{"0": ["variables.file"]}'},
            files={"0": ("part.stl", b"solid")},
        )
    assert answer.status_code == 415
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "UPLOAD_NOT_SUPPORTED"
    assert "createUpload" in error["message"]


async def test_a_mutation_does_not_come_with_get(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    async with a_world(accounts, keys, redis) as world:
        answer = await world.browser.get("/graphql", params={"query": "mutation { signOut }"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_a_query_that_another_sites_page_asks_with_our_cookies_is_refused(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    async with a_world(accounts, keys, redis) as world:
        answer = await world.browser.get(
            "/graphql",
            params={"query": "{ shelves }"},
            headers={"sec-fetch-site": "cross-site"},
        )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("who", "shown"), [("manager", True), ("crm", False), ("shopper", False), (None, False)]
)
async def test_a_plan_is_shown_to_managers_who_ask_for_it(
    accounts: Accounts, keys: tuple[str, str], redis: Redis, who: str | None, shown: bool
) -> None:
    async with a_world(accounts, keys, redis) as world:
        headers = {}
        if who is not None:
            token = (await world.ask(SIGN_IN % who))["data"]["signIn"]["token"]
            headers = {"cookie": f"partline_session={token}"}
        query = "{ part { name left } }"
        assert "extensions" not in (await world.post(query, **headers)).json()
        answer = (await world.post(query, **headers, x_query_plan="1")).json()
        assert ("extensions" in answer) is shown
        if shown:
            assert "stock" in answer["extensions"]["queryPlan"]
            assert answer["extensions"]["cost"] == 1


async def test_variables_that_no_json_writer_would_write_are_told(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    deep = "[" * 400 + "]" * 400
    async with a_world(accounts, keys, redis) as world:
        answer = await world.browser.post(
            "/graphql",
            content=f'{{"query": "{{ shelves }}", "variables": {{"deep": {deep}}}}}',
            headers={"content-type": "application/json"},
        )
    assert answer.status_code == 200
    assert answer.json()["errors"][0]["extensions"]["code"] == "VARIABLES_TOO_LARGE"
