"""Operations that are named by their hash, at the door."""

import hashlib
from typing import Any

import pytest
from redis.asyncio import Redis

from gateway.edge.settings import EdgeSettings
from tests.integration.accounts.service import Accounts
from tests.integration.edge.world import World, a_world

SHELVES = "query Shelves { shelves }"
DIFFERENT = "query Different { shelves }"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def persisted(text: str) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha256(text)}}}


async def send(world: World, body: dict[str, Any], status: int = 200) -> dict[str, Any]:
    response = await world.browser.post("/graphql", json=body)
    assert response.status_code == status
    answer: dict[str, Any] = response.json()
    return answer


def code(answer: dict[str, Any]) -> str:
    (error,) = answer["errors"]
    found: str = error["extensions"]["code"]
    return found


async def test_a_trusted_document_needs_no_text(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    trusted = {f"sha256:{sha256(SHELVES)}": SHELVES}
    settings = EdgeSettings(
        signing_private_key="", trusted_documents=trusted, only_trusted_documents=True
    )
    async with a_world(accounts, keys, redis, settings=settings) as world:
        named = {"documentId": f"sha256:{sha256(SHELVES)}"}
        assert await send(world, named) == {"data": {"shelves": 3}}
        assert await send(world, persisted(SHELVES)) == {"data": {"shelves": 3}}
        got = await world.browser.get("/graphql", params=named)
        assert got.json() == {"data": {"shelves": 3}}
        for text in (SHELVES, DIFFERENT):
            assert code(await send(world, {"query": text}, 403)) == "ONLY_TRUSTED_DOCUMENTS"
            registering = {"query": text, **persisted(text)}
            assert code(await send(world, registering, 403)) == "ONLY_TRUSTED_DOCUMENTS"
        unknown = {"documentId": f"sha256:{sha256(DIFFERENT)}"}
        assert code(await send(world, unknown, 404)) == "DOCUMENT_UNKNOWN"


async def test_apollos_clients_ask_register_and_ask_again(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    async with a_world(accounts, keys, redis) as world:
        asked = await send(world, persisted(SHELVES))
        assert asked["errors"][0]["message"] == "PersistedQueryNotFound"
        assert code(asked) == "PERSISTED_QUERY_NOT_FOUND"
        registered = await send(world, {"query": SHELVES, **persisted(SHELVES)})
        assert registered == {"data": {"shelves": 3}}
        assert await send(world, persisted(SHELVES)) == {"data": {"shelves": 3}}
        forged = await send(world, {"query": DIFFERENT, **persisted(SHELVES)}, 400)
        assert code(forged) == "PERSISTED_QUERY_HASH_MISMATCH"


@pytest.mark.parametrize("text", ["query Nothing { nothing }", "{ shelves", "{ a: shelves " * 900])
async def test_an_operation_that_is_refused_is_not_remembered(
    accounts: Accounts, keys: tuple[str, str], redis: Redis, text: str
) -> None:
    async with a_world(accounts, keys, redis) as world:
        refused = await send(world, {"query": text, **persisted(text)})
        assert "data" not in refused
        assert code(await send(world, persisted(text))) == "PERSISTED_QUERY_NOT_FOUND"


async def test_passwords_in_a_named_document_are_counted_like_any_others(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    tries = "".join(f'a{n}: signIn(email: "x", password: "y") {{ token }} ' for n in range(40))
    text = f"mutation Guess {{ {tries} }}"
    settings = EdgeSettings(
        signing_private_key="", trusted_documents={f"sha256:{sha256(text)}": text}
    )
    async with a_world(accounts, keys, redis, settings=settings) as world:
        named = {"documentId": f"sha256:{sha256(text)}"}
        assert code(await send(world, named, 429)) == "TOO_MANY_REQUESTS"
