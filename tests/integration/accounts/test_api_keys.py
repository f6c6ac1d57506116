from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from shared.identity import Identity
from shared.ids import demo_id
from subgraphs.accounts.api_key.tables import ApiKeyRow
from subgraphs.accounts.identity.grant import MANAGE_ACCOUNT
from tests.integration.accounts.service import Accounts, somebody

CREATE = 'mutation { createApiKey(name: "Web shop") { key apiKey { id name prefix revokedAt } } }'
REVOKE = "mutation($id: ID!) { revokeApiKey(id: $id) { id revokedAt } }"
IDENTITY = "query($key: String!) { apiKeyIdentity(key: $key) { subject roles scopes partner } }"
GATEWAY = somebody("gateway")


async def a_partner(accounts: Accounts) -> Identity:
    made = await accounts.data(
        somebody("manager"),
        """mutation($email: String!) { createAccount(
          email: $email, name: "Nuts", roles: [PARTNER], password: "analytical engine") { id } }""",
        email=f"{uuid4().hex}@example.com",
    )
    return somebody("partner", subject=made["createAccount"]["id"], scopes=(MANAGE_ACCOUNT,))


async def granted(accounts: Accounts, key: str) -> dict[str, Any] | None:
    grant: dict[str, Any] | None = (await accounts.data(GATEWAY, IDENTITY, key=key))[
        "apiKeyIdentity"
    ]
    return grant


async def test_a_key_stands_for_its_partner_with_the_rights_to_order(accounts: Accounts) -> None:
    partner = await a_partner(accounts)
    created = (await accounts.data(partner, CREATE))["createApiKey"]
    assert created["key"].startswith("plk_")
    assert await granted(accounts, created["key"]) == {
        "subject": str(partner.subject),
        "roles": ["partner"],
        "scopes": ["orders:read", "orders:write"],
        "partner": str(partner.subject),
    }


async def test_a_key_is_stored_as_a_hash_and_known_by_its_first_letters(
    accounts: Accounts,
) -> None:
    partner = await a_partner(accounts)
    created = (await accounts.data(partner, CREATE))["createApiKey"]
    async with accounts.runtime.database.reading() as session:
        row = await session.scalar(
            sa.select(ApiKeyRow).where(ApiKeyRow.account_id == partner.subject)
        )
    assert row is not None
    assert created["key"].encode() not in row.key_hash
    assert created["key"].startswith(row.prefix)
    assert len(row.prefix) < 12


async def test_a_revoked_key_stands_for_nobody(accounts: Accounts) -> None:
    partner = await a_partner(accounts)
    created = (await accounts.data(partner, CREATE))["createApiKey"]
    revoked = await accounts.data(partner, REVOKE, id=created["apiKey"]["id"])
    assert revoked["revokeApiKey"]["revokedAt"] is not None
    assert await granted(accounts, created["key"]) is None


async def test_somebody_elses_key_does_not_exist_for_a_partner(accounts: Accounts) -> None:
    owner, other = await a_partner(accounts), await a_partner(accounts)
    created = (await accounts.data(owner, CREATE))["createApiKey"]
    assert await accounts.code(other, REVOKE, id=created["apiKey"]["id"]) == "NOT_FOUND"
    assert await accounts.code(other, REVOKE, id="nonsense") == "NOT_FOUND"
    assert await granted(accounts, created["key"]) is not None
    assert (await accounts.data(other, "{ apiKeys { id } }"))["apiKeys"] == []


async def test_a_key_cannot_make_or_list_keys(accounts: Accounts) -> None:
    partner = await a_partner(accounts)
    program = somebody("partner", subject=partner.subject, scopes=("orders:write",))
    assert await accounts.code(program, CREATE) == "FORBIDDEN"
    assert await accounts.code(program, "{ apiKeys { id } }") == "FORBIDDEN"


async def test_use_of_a_key_is_noted(accounts: Accounts) -> None:
    partner = await a_partner(accounts)
    created = (await accounts.data(partner, CREATE))["createApiKey"]
    await granted(accounts, created["key"])
    (key,) = (await accounts.data(partner, "{ apiKeys { prefix lastUsedAt } }"))["apiKeys"]
    assert key["lastUsedAt"] is not None


async def test_a_partner_has_a_bounded_number_of_keys(accounts: Accounts) -> None:
    partner = await a_partner(accounts)
    for _ in range(20):
        await accounts.data(partner, CREATE)
    assert await accounts.code(partner, CREATE) == "TOO_MANY_KEYS"


async def test_the_demo_partner_has_its_published_key(accounts: Accounts) -> None:
    grant = await granted(accounts, "plk_demo_bracket_and_sons")
    assert grant is not None
    assert grant["subject"] == str(demo_id("account", "partner@partline.example"))
