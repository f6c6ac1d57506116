"""Making an API key is repeated by its idempotency key, and the database tells no API key."""

import asyncio
from uuid import uuid4

import sqlalchemy as sa

from tests.integration.accounts.service import Accounts
from tests.integration.accounts.test_api_keys import REVOKE, a_partner, granted

CREATE = """mutation($name: String!, $key: String) {
  createApiKey(name: $name, idempotencyKey: $key) { key apiKey { id name } } }"""


async def test_the_same_click_makes_one_key_and_tells_it_again(accounts: Accounts) -> None:
    partner, click = await a_partner(accounts), str(uuid4())
    answers = await asyncio.gather(
        *(accounts.data(partner, CREATE, name="Web shop", key=click) for _ in range(4))
    )
    assert all(answer == answers[0] for answer in answers)
    assert await granted(accounts, answers[0]["createApiKey"]["key"]) is not None
    other = await accounts.data(partner, CREATE, name="Web shop", key=str(uuid4()))
    assert other["createApiKey"]["key"] != answers[0]["createApiKey"]["key"]
    count = "{ apiKeys { id } }"
    assert len((await accounts.data(partner, count))["apiKeys"]) == 2


async def test_neither_the_key_nor_what_opens_it_is_stored(accounts: Accounts) -> None:
    partner, click = await a_partner(accounts), str(uuid4())
    made = (await accounts.data(partner, CREATE, name="Web shop", key=click))["createApiKey"]
    async with accounts.runtime.database.reading() as session:
        rows = (await session.execute(sa.text("select * from idempotency_key"))).all()
    stored = repr([row for row in rows if str(row.owner) == str(partner.subject)])
    assert made["apiKey"]["id"] in stored
    assert made["key"] not in stored
    assert click not in stored


async def test_a_repeated_command_does_not_revive_a_revoked_key(accounts: Accounts) -> None:
    partner, click = await a_partner(accounts), str(uuid4())
    made = (await accounts.data(partner, CREATE, name="Web shop", key=click))["createApiKey"]
    await accounts.data(partner, REVOKE, id=made["apiKey"]["id"])
    again = (await accounts.data(partner, CREATE, name="Web shop", key=click))["createApiKey"]
    assert again == made
    assert await granted(accounts, made["key"]) is None


async def test_another_content_and_a_key_that_can_be_guessed_are_refused(
    accounts: Accounts,
) -> None:
    partner, click = await a_partner(accounts), str(uuid4())
    await accounts.data(partner, CREATE, name="Web shop", key=click)
    reused = await accounts.code(partner, CREATE, name="Till", key=click)
    assert reused == "IDEMPOTENCY_KEY_REUSED"
    assert await accounts.code(partner, CREATE, name="Till", key="1") == "IDEMPOTENCY_KEY"
