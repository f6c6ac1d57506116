"""From credentials to a caller, asking accounts as seldom as possible."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

import structlog
from pydantic import ValidationError

from gateway.edge.authentication.accounts import AccountsClient
from gateway.edge.authentication.caller import Caller, Known
from gateway.edge.authentication.credentials import Credentials
from gateway.edge.authentication.remembered import Remembered
from gateway.edge.authentication.visitor import VisitorCookies
from gateway.edge.transport import SubgraphUnavailable
from shared.identity import Identity

_log = structlog.get_logger(__name__)
_VISITOR_ROLES = frozenset({"visitor"})
Answer = TypeVar("Answer")


class UnknownApiKey(Exception):
    """The API key is unknown or revoked."""


class IdentityUndecided(Exception):
    """Accounts cannot be asked at the moment, and has not been asked about this before."""


class Authenticator:
    """Turns credentials into a caller.

    Sessions and keys are asked of accounts and remembered for five seconds, so that signing
    out or revoking a key takes effect within that time at every gateway. While accounts is
    away, who was known in the last ten minutes stays known, and visitors stay visitors.
    """

    def __init__(self, accounts: AccountsClient, visitors: VisitorCookies) -> None:
        self._accounts = accounts
        self._visitors = visitors
        self._sessions = Remembered[Identity | None](most=20_000, fresh=5, known=600)
        self._keys = Remembered[Identity | None](most=20_000, fresh=5, known=600)
        self._registered = Remembered[bool](most=50_000, fresh=300, known=3600)

    async def caller(self, credentials: Credentials) -> Caller:
        """Who asks.

        Raises `UnknownApiKey` and, when accounts is away, `IdentityUndecided`.
        """
        if credentials.api_key is not None:
            return await self._by_key(credentials.api_key)
        if credentials.session is not None:
            identity = await self._ask(
                self._sessions, credentials.session, self._accounts.session_identity
            )
            if identity is not None:
                return self._signed_in(identity, credentials)
        visitor = await self._visitor(credentials)
        over = credentials.session is not None
        if visitor is not None:
            return Caller(_as_visitor(visitor), Known.VISITOR, session_over=over)
        return self._newcomer(session_over=over)

    def remembers(self, credentials: Credentials) -> bool:
        """Whether accounts need not be asked about a key or session, or there is none.

        Visitors do not count: their cookies are signed here, so that nobody makes them up.
        """
        if credentials.api_key is not None:
            return self._keys.fresh(_key(credentials.api_key)) is not None
        if credentials.session is not None:
            return self._sessions.fresh(_key(credentials.session)) is not None
        return True

    def forget(self, credentials: Credentials) -> None:
        """Ask again about these credentials, since what they stand for has just changed."""
        self._sessions.forget(_key(credentials.session or ""))
        self._keys.forget(_key(credentials.api_key or ""))
        visitor = self._visitors.read(credentials.visitor)
        if visitor is not None:
            self._registered.forget(_key(str(visitor)))

    async def _by_key(self, api_key: str) -> Caller:
        identity = await self._ask(self._keys, api_key, self._accounts.api_key_identity)
        if identity is None:
            raise UnknownApiKey
        return Caller(identity, Known.API_KEY)

    def _signed_in(self, identity: Identity, credentials: Credentials) -> Caller:
        # Who signs out in this browser must not stay the visitor that became the account.
        visitor = self._visitors.read(credentials.visitor)
        if visitor is None or identity.owns(visitor):
            fresh, cookie = self._visitors.mint()
            self._registered.remember(_key(str(fresh)), False)
            return Caller(identity, Known.SESSION, new_visitor=cookie)
        return Caller(identity, Known.SESSION)

    async def _visitor(self, credentials: Credentials) -> UUID | None:
        visitor = self._visitors.read(credentials.visitor)
        if visitor is None:
            return None
        try:
            registered = await self._ask(
                self._registered,
                str(visitor),
                lambda _: self._accounts.visitor_is_account(visitor),
            )
        except IdentityUndecided:
            _log.warning("a visitor is believed unchecked: accounts is away")
            return visitor
        return None if registered else visitor

    def _newcomer(self, *, session_over: bool) -> Caller:
        visitor, cookie = self._visitors.mint()
        self._registered.remember(_key(str(visitor)), False)
        return Caller(
            _as_visitor(visitor), Known.NOTHING, new_visitor=cookie, session_over=session_over
        )

    async def _ask(
        self,
        memory: Remembered[Answer],
        secret: str,
        question: Callable[[str], Awaitable[Answer]],
    ) -> Answer:
        key = _key(secret)
        remembered = memory.fresh(key)
        if remembered is not None:
            return remembered[0]
        try:
            answer = await question(secret)
        except (SubgraphUnavailable, ValidationError) as error:
            remembered = memory.known(key)
            if remembered is None:
                raise IdentityUndecided(str(error)) from error
            _log.warning("an identity is answered from memory: accounts is away")
            return remembered[0]
        memory.remember(key, answer)
        return answer


def _as_visitor(visitor: UUID) -> Identity:
    return Identity(subject=visitor, roles=_VISITOR_ROLES)


def _key(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
