"""The three questions that the gateway asks the accounts service, and their answers."""

from collections.abc import Mapping
from uuid import UUID

import orjson
from pydantic import BaseModel

from gateway.edge.authentication.tokens import GATEWAY, Tokens
from gateway.edge.transport import SubgraphUnavailable, Transport
from shared.headers import TOKEN_HEADER
from shared.identity import ROLES, Identity

ACCOUNTS = "accounts"
_GRANT = "{ subject also roles scopes partner name email }"
_SESSION = f"query($value: String!) {{ answer: sessionIdentity(token: $value) {_GRANT} }}"
_API_KEY = f"query($value: String!) {{ answer: apiKeyIdentity(key: $value) {_GRANT} }}"
_VISITOR = "query($value: ID!) { answer: visitorIsAccount(visitor: $value) }"


class _Grant(BaseModel):
    subject: UUID
    also: list[UUID]
    roles: list[str]
    scopes: list[str]
    partner: UUID | None
    name: str
    email: str

    def identity(self) -> Identity:
        return Identity(
            subject=self.subject,
            also=frozenset(self.also),
            # Only accounts can make a person of a request; nobody becomes the gateway.
            roles=(frozenset(self.roles) & ROLES) - {"gateway", "visitor"},
            scopes=frozenset(self.scopes),
            partner=self.partner,
            name=self.name,
            email=self.email,
        )


class _GrantAnswer(BaseModel):
    answer: _Grant | None


class _TruthAnswer(BaseModel):
    answer: bool


class AccountsClient:
    """Asks accounts with a token of the gateway's own, which no browser can have.

    Every method raises `SubgraphUnavailable` when there is no usable answer.
    """

    def __init__(self, transport: Transport, tokens: Tokens) -> None:
        self._transport = transport
        self._tokens = tokens

    async def session_identity(self, token: str) -> Identity | None:
        """Who is signed in; None for a session that is unknown, expired or revoked."""
        grant = _GrantAnswer.model_validate(await self._ask(_SESSION, token)).answer
        return None if grant is None else grant.identity()

    async def api_key_identity(self, key: str) -> Identity | None:
        """Whose key it is; None for one that is unknown or revoked."""
        grant = _GrantAnswer.model_validate(await self._ask(_API_KEY, key)).answer
        return None if grant is None else grant.identity()

    async def visitor_is_account(self, visitor: UUID) -> bool:
        """Whether the visitor has become an account, which its old cookie must not open."""
        return _TruthAnswer.model_validate(await self._ask(_VISITOR, str(visitor))).answer

    async def _ask(self, query: str, value: str) -> Mapping[str, object]:
        body = orjson.dumps({"query": query, "variables": {"value": value}})
        headers = {TOKEN_HEADER: self._tokens.token_for(GATEWAY)}
        answer = orjson.loads(await self._transport.send(ACCOUNTS, body, headers, repeatable=True))
        if answer.get("errors") or not isinstance(answer.get("data"), dict):
            raise SubgraphUnavailable(ACCOUNTS, f"it answered {answer.get('errors')}")
        data: Mapping[str, object] = answer["data"]
        return data
