"""Each role is refused what is not its own."""

from uuid import uuid4

import pytest
import sqlalchemy as sa

from shared.graphql.app import subgraph_app
from shared.identity import TOKEN_SECONDS, TokenSigner, new_key_pair
from shared.ids import demo_id
from shared.messaging.tables import outbox
from subgraphs.accounts.demo.seed import DEMO_ACCOUNTS, seed
from tests.integration.accounts.service import Accounts, somebody

ROLES = ("visitor", "customer", "partner", "crm", "operator", "manager", "gateway")
SHOPPER = str(demo_id("account", "shopper@partline.example"))

CREATE_ACCOUNT = """mutation($email: String! = "x@example.com") { createAccount(
  email: $email, name: "Eve", roles: [MANAGER], password: "analytical engine") { id roles } }"""
ENTITY = """query($id: ID!) { _entities(representations: [{__typename: "Account", id: $id}]) {
  ... on Account { id name email roles } } }"""
GATEWAY_ONLY = (
    '{ sessionIdentity(token: "x") { subject } }',
    '{ apiKeyIdentity(key: "x") { subject } }',
    f'{{ visitorIsAccount(visitor: "{SHOPPER}") }}',
)


def refusals(*allowed: str) -> list[str]:
    return [role for role in ROLES if role not in allowed]


def code_for(role: str) -> str:
    return "SIGN_IN_REQUIRED" if role == "visitor" else "FORBIDDEN"


@pytest.mark.parametrize("role", refusals("manager"))
async def test_only_managers_make_accounts(accounts: Accounts, role: str) -> None:
    assert await accounts.code(somebody(role), CREATE_ACCOUNT) == code_for(role)


async def test_a_manager_makes_an_account_for_staff(accounts: Accounts) -> None:
    email = f"{uuid4().hex}@example.com"
    made = await accounts.data(somebody("manager"), CREATE_ACCOUNT, email=email)
    assert made["createAccount"]["roles"] == ["MANAGER"]


@pytest.mark.parametrize("role", refusals("crm", "manager"))
async def test_only_crm_and_managers_list_accounts(accounts: Accounts, role: str) -> None:
    assert await accounts.code(somebody(role), "{ accounts { id } }") == code_for(role)


async def test_crm_finds_accounts_by_role_and_by_part_of_a_name(accounts: Accounts) -> None:
    found = await accounts.data(
        somebody("crm"), '{ accounts(role: PARTNER, search: "BRACKET") { name roles } }'
    )
    assert found["accounts"] == [{"name": "Bracket & Sons", "roles": ["PARTNER"]}]


async def test_a_search_is_no_pattern(accounts: Accounts) -> None:
    found = await accounts.data(somebody("crm"), '{ accounts(search: "%") { name } }')
    assert found["accounts"] == []


@pytest.mark.parametrize("first", [0, -1, 201])
async def test_a_list_of_accounts_is_bounded(accounts: Accounts, first: int) -> None:
    query = f"{{ accounts(first: {first}) {{ id }} }}"
    assert await accounts.code(somebody("manager"), query) == "PAGE_SIZE"


@pytest.mark.parametrize("query", GATEWAY_ONLY)
@pytest.mark.parametrize("role", refusals("gateway"))
async def test_nobody_but_the_gateway_asks_whom_a_secret_stands_for(
    accounts: Accounts, role: str, query: str
) -> None:
    assert await accounts.code(somebody(role), query) == code_for(role)


@pytest.mark.parametrize("role", ["visitor", "customer", "partner"])
async def test_an_account_does_not_exist_for_a_stranger(accounts: Accounts, role: str) -> None:
    assert await accounts.data(somebody(role), ENTITY, id=SHOPPER) == {"_entities": [None]}


async def test_an_operator_sees_a_name_and_nothing_else(accounts: Accounts) -> None:
    (entity,) = (await accounts.data(somebody("operator"), ENTITY, id=SHOPPER))["_entities"]
    assert entity == {"id": SHOPPER, "name": "Sam Shopper", "email": None, "roles": []}


async def test_crm_sees_the_whole_account(accounts: Accounts) -> None:
    (entity,) = (await accounts.data(somebody("crm"), ENTITY, id=SHOPPER))["_entities"]
    assert entity["email"] == "shopper@partline.example"


async def test_an_entity_with_a_nonsense_id_is_nobody(accounts: Accounts) -> None:
    assert await accounts.data(somebody("manager"), ENTITY, id="x") == {"_entities": [None]}


async def test_me_is_the_signed_in_account_and_nobody_for_a_visitor(accounts: Accounts) -> None:
    shopper = somebody("customer", subject=demo_id("account", "shopper@partline.example"))
    visitor = somebody("visitor", subject=shopper.subject)
    assert (await accounts.data(shopper, "{ me { name } }"))["me"] == {"name": "Sam Shopper"}
    assert (await accounts.data(visitor, "{ me { name } }"))["me"] is None


@pytest.mark.parametrize("role", refusals("partner"))
async def test_only_partners_have_api_keys(accounts: Accounts, role: str) -> None:
    caller = somebody(role, scopes=("account:manage",))
    assert await accounts.code(caller, "{ apiKeys { id } }") == code_for(role)
    create = 'mutation { createApiKey(name: "x") { key } }'
    assert await accounts.code(caller, create) == code_for(role)


async def test_seeding_again_changes_nothing(accounts: Accounts) -> None:
    async def told() -> int:
        async with accounts.runtime.database.reading() as session:
            count = await session.scalar(sa.select(sa.func.count()).select_from(outbox))
        return count or 0

    before = await told()
    assert before >= len(DEMO_ACCOUNTS)
    await seed(accounts.runtime)
    assert await told() == before


async def test_a_caller_without_a_good_token_is_answered_401(accounts: Accounts) -> None:
    body = b'{"query": "{ _service { sdl } }"}'
    stranger = TokenSigner(new_key_pair()[0])
    expired = accounts.signer.sign(somebody("manager"), now=TOKEN_SECONDS)
    for token in (None, "", "nonsense", stranger.sign(somebody("manager")), expired):
        answer = await accounts.endpoint.answer(body, token, None)
        assert answer.status == 401, token
    assert subgraph_app(accounts.endpoint).url_path_for("graphql") == "/graphql"
