"""Who is asking, as the real accounts service knows it."""

from collections.abc import Mapping
from uuid import uuid4

import pytest

from gateway.edge.authentication.accounts import AccountsClient
from gateway.edge.authentication.authenticator import (
    Authenticator,
    IdentityUndecided,
    UnknownApiKey,
)
from gateway.edge.authentication.caller import Known
from gateway.edge.authentication.credentials import Credentials
from gateway.edge.authentication.tokens import Tokens
from gateway.edge.authentication.visitor import VisitorCookies
from gateway.edge.transport import SubgraphUnavailable, Transport
from gateway.edge.transport.in_process import InProcessTransport
from shared.identity import TokenSigner
from shared.ids import demo_id
from tests.integration.accounts.service import Accounts, somebody

SIGN_IN = """mutation { signIn(email: "shopper@partline.example", password: "partline-demo") {
  token } }"""
REGISTER = """mutation($email: String!) { register(
  email: $email, name: "Ada", password: "analytical engine") { token } }"""
SHOPPER = demo_id("account", "shopper@partline.example")
PARTNER = demo_id("account", "partner@partline.example")
DEMO_KEY = "plk_demo_bracket_and_sons"


class Switch:
    """A transport that can be cut, and counts."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.cut = False
        self.sent = 0

    async def send(
        self, subgraph: str, body: bytes, headers: Mapping[str, str], *, repeatable: bool = False
    ) -> bytes:
        self.sent += 1
        if self.cut:
            raise SubgraphUnavailable(subgraph, "the wire is cut")
        return await self._transport.send(subgraph, body, headers, repeatable=repeatable)

    async def healthy(self, subgraph: str) -> bool:
        return not self.cut and await self._transport.healthy(subgraph)

    async def close(self) -> None:
        await self._transport.close()


class Gate:
    """An authenticator in front of the accounts service."""

    def __init__(self, accounts: Accounts, keys: tuple[str, str]) -> None:
        self.wire = Switch(InProcessTransport({"accounts": accounts.endpoint}))
        self.visitors = VisitorCookies(keys[0], secure=False)
        client = AccountsClient(self.wire, Tokens(TokenSigner(keys[0])))
        self.authenticator = Authenticator(client, self.visitors)


@pytest.fixture
def gate(accounts: Accounts, keys: tuple[str, str]) -> Gate:
    return Gate(accounts, keys)


async def signed_in(accounts: Accounts) -> str:
    token: str = (await accounts.data(somebody("visitor"), SIGN_IN))["signIn"]["token"]
    return token


async def test_a_session_is_its_account(gate: Gate, accounts: Accounts) -> None:
    credentials = Credentials(session=await signed_in(accounts))
    caller = await gate.authenticator.caller(credentials)
    assert caller.known_by is Known.SESSION
    assert caller.identity.subject == SHOPPER
    assert caller.identity.roles == {"customer"}
    assert caller.identity.name == "Sam Shopper"


async def test_an_api_key_is_its_partner(gate: Gate) -> None:
    caller = await gate.authenticator.caller(Credentials(api_key=DEMO_KEY))
    assert caller.known_by is Known.API_KEY
    assert caller.identity.partner == PARTNER
    assert caller.identity.roles == {"partner"}


async def test_an_unknown_key_is_nobody_not_even_a_visitor(gate: Gate) -> None:
    with pytest.raises(UnknownApiKey):
        await gate.authenticator.caller(Credentials(api_key="plk_nobody"))


async def test_who_brings_nothing_becomes_a_visitor_with_a_cookie(gate: Gate) -> None:
    first = await gate.authenticator.caller(Credentials())
    assert first.known_by is Known.NOTHING
    assert first.identity.roles == {"visitor"}
    again = await gate.authenticator.caller(Credentials(visitor=first.new_visitor))
    assert again.identity == first.identity
    assert again.new_visitor is None


async def test_a_session_that_is_over_leaves_a_visitor(gate: Gate) -> None:
    visitor, cookie = gate.visitors.mint()
    caller = await gate.authenticator.caller(Credentials(session="over", visitor=cookie))
    assert caller.session_over
    assert caller.identity.subject == visitor
    assert caller.identity.roles == {"visitor"}


async def test_the_cookie_of_a_visitor_that_registered_does_not_open_the_account(
    gate: Gate, accounts: Accounts, keys: tuple[str, str]
) -> None:
    visitor, cookie = gate.visitors.mint()
    await accounts.data(
        somebody("visitor", subject=visitor), REGISTER, email=f"{uuid4().hex}@example.com"
    )
    caller = await gate.authenticator.caller(Credentials(visitor=cookie))
    assert caller.known_by is Known.NOTHING
    assert not caller.identity.owns(visitor)


async def test_a_browser_that_signed_in_gets_another_visitor_for_afterwards(
    gate: Gate, accounts: Accounts
) -> None:
    visitor, cookie = gate.visitors.mint()
    opened = await accounts.data(somebody("visitor", subject=visitor), SIGN_IN)
    session = opened["signIn"]["token"]
    caller = await gate.authenticator.caller(Credentials(session=session, visitor=cookie))
    assert caller.identity.owns(visitor)
    assert caller.new_visitor is not None
    fresh = gate.visitors.read(caller.new_visitor)
    assert not caller.identity.owns(fresh)
    settled = await gate.authenticator.caller(
        Credentials(session=session, visitor=caller.new_visitor)
    )
    assert settled.new_visitor is None


async def test_accounts_is_asked_once_for_a_burst_of_requests(
    gate: Gate, accounts: Accounts
) -> None:
    credentials = Credentials(session=await signed_in(accounts))
    for _ in range(10):
        await gate.authenticator.caller(credentials)
    assert gate.wire.sent == 1


async def test_signing_out_takes_effect_at_once_when_told(gate: Gate, accounts: Accounts) -> None:
    token = await signed_in(accounts)
    credentials = Credentials(session=token)
    caller = await gate.authenticator.caller(credentials)
    await accounts.data(caller.identity, "mutation { signOut }")
    assert (await gate.authenticator.caller(credentials)).known_by is Known.SESSION
    gate.authenticator.forget(credentials)
    assert (await gate.authenticator.caller(credentials)).session_over


async def test_while_accounts_is_away_nobody_known_is_thrown_out(
    gate: Gate, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials = Credentials(session=await signed_in(accounts))
    await gate.authenticator.caller(credentials)
    gate.wire.cut = True
    monkeypatch.setattr(gate.authenticator._sessions, "_fresh", 0)
    caller = await gate.authenticator.caller(credentials)
    assert caller.identity.subject == SHOPPER


async def test_while_accounts_is_away_a_visitor_stays_a_visitor(gate: Gate) -> None:
    visitor, cookie = gate.visitors.mint()
    gate.wire.cut = True
    caller = await gate.authenticator.caller(Credentials(visitor=cookie))
    assert caller.identity.subject == visitor


async def test_while_accounts_is_away_a_stranger_is_asked_to_wait(
    gate: Gate, accounts: Accounts
) -> None:
    token = await signed_in(accounts)
    gate.wire.cut = True
    with pytest.raises(IdentityUndecided):
        await gate.authenticator.caller(Credentials(session=token))
    with pytest.raises(IdentityUndecided):
        await gate.authenticator.caller(Credentials(api_key=DEMO_KEY))
