"""Which HTTP methods the graph answers."""

import pytest
from redis.asyncio import Redis

from tests.integration.accounts.service import Accounts
from tests.integration.edge.world import a_world


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_another_method_than_post_is_refused_with_the_one_to_use(
    accounts: Accounts, keys: tuple[str, str], redis: Redis, method: str
) -> None:
    async with a_world(accounts, keys, redis) as world:
        response = await world.browser.request(method, "/graphql")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, POST"
    [error] = response.json()["errors"]
    assert error["extensions"]["code"] == "METHOD_NOT_ALLOWED"
    assert "POST" in error["message"]


async def test_a_query_may_come_with_get_and_a_browser_is_shown_the_explorer(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    async with a_world(accounts, keys, redis) as world:
        program = await world.browser.get("/graphql", params={"query": "{ shelves }"})
        browser = await world.browser.get(
            "/graphql", params={"query": "{ shelves }"}, headers={"accept": "text/html,*/*"}
        )
    assert program.json() == {"data": {"shelves": 3}}
    assert browser.status_code == 200
    assert browser.headers["content-type"].startswith("text/html")
