"""Who is let in: credentials, origin and rate limits in one place."""

import math
from collections.abc import Collection

from starlette.requests import Request

from gateway.edge.address import SealedAddresses
from gateway.edge.authentication.authenticator import (
    Authenticator,
    IdentityUndecided,
    UnknownApiKey,
)
from gateway.edge.authentication.caller import Caller, Known
from gateway.edge.authentication.credentials import (
    Credentials,
    UnusableCredentials,
    read_credentials,
)
from gateway.edge.open_streams import StreamOwner
from gateway.edge.rate_limits.bucket import Rate, RateLimiter
from gateway.edge.rate_limits.policy import RatePolicy
from gateway.edge.refusal import Refusal
from gateway.edge.same_origin import REFUSAL, comes_from_own_pages

_BAD_KEY = "This API key is unknown or revoked. Make a new one on the page of your account."
_UNDECIDED = "Signing in cannot be checked at the moment. Try again in a few seconds."


class Admission:
    """Decides for each request who it is from and whether it is let in."""

    def __init__(
        self,
        authenticator: Authenticator,
        limiter: RateLimiter,
        policy: RatePolicy,
        trusted_origins: Collection[str],
        addresses: SealedAddresses,
    ) -> None:
        self._authenticator = authenticator
        self._limiter = limiter
        self._policy = policy
        self._trusted_origins = trusted_origins
        self._addresses = addresses

    def credentials(self, request: Request, *, acts: bool = False) -> Credentials:
        """What the request brought along. Raises `Refusal` for another site's and for nonsense.

        With `acts` a GET is looked at as closely as a POST: it does more than show a page.
        """
        try:
            found = read_credentials(request.headers, request.cookies)
        except UnusableCredentials as error:
            raise Refusal(401, "UNAUTHENTICATED", str(error), _CHALLENGE) from error
        # Another site cannot make a browser send an API key, only cookies.
        if found.api_key is None and not comes_from_own_pages(
            "POST" if acts else request.method,
            request.headers,
            trusted_origins=self._trusted_origins,
        ):
            raise Refusal(403, "CROSS_SITE", REFUSAL)
        return found

    async def caller(self, request: Request, credentials: Credentials) -> Caller:
        """Who asks, after the rate limit of theirs. Raises `Refusal`."""
        if not self._authenticator.remembers(credentials):
            # Anybody can make up keys and sessions, and each would be a question to accounts.
            await self._count(self._policy.unheard, self._addresses.address_of(request))
        try:
            caller = await self._authenticator.caller(credentials)
        except UnknownApiKey as error:
            await self._count(self._policy.address, self._addresses.address_of(request))
            raise Refusal(401, "UNAUTHENTICATED", _BAD_KEY, _CHALLENGE) from error
        except IdentityUndecided as error:
            raise Refusal(503, "IDENTITY_UNAVAILABLE", _UNDECIDED, {"retry-after": "3"}) from error
        await self._count(*self._bucket(request, caller))
        return caller

    async def count_passwords(self, request: Request, passwords: int) -> None:
        """Count the passwords that a request may try, whoever it says it is. Raises `Refusal`."""
        await self._count(self._policy.sign_in, self._addresses.address_of(request), passwords)

    async def still(self, caller: Caller, credentials: Credentials) -> bool:
        """Whether the same credentials still stand for the same caller; while nobody can tell,
        they do."""
        if caller.known_by is Known.NOTHING:
            return True
        try:
            now = await self._authenticator.caller(credentials)
        except UnknownApiKey:
            return False
        except IdentityUndecided:
            return True
        return now.identity == caller.identity

    def stream_owner(self, request: Request, caller: Caller) -> StreamOwner:
        """For whom a stream of this caller counts; newcomers by their address alone."""
        known = caller.known_by is not Known.NOTHING
        name = str(caller.identity.subject) if known else None
        return StreamOwner(self._addresses.address_of(request), name)

    def forget(self, credentials: Credentials) -> None:
        """Ask anew about these credentials at their next request."""
        self._authenticator.forget(credentials)

    def _bucket(self, request: Request, caller: Caller) -> tuple[Rate, str]:
        if caller.known_by is Known.API_KEY:
            return self._policy.api_key, str(caller.identity.subject)
        # Whoever wants another visitor's name gets one: it must not bring another limit.
        if caller.known_by in (Known.NOTHING, Known.VISITOR):
            return self._policy.address, self._addresses.address_of(request)
        return self._policy.subject, str(caller.identity.subject)

    async def _count(self, rate: Rate, who: str, tokens: int = 1) -> None:
        wait = await self._limiter.wait_for(rate, who, tokens)
        if wait > 0:
            seconds = math.ceil(wait)
            raise Refusal(
                429,
                "TOO_MANY_REQUESTS",
                f"That was too much at once. Try again in {seconds} s.",
                {"retry-after": str(seconds)},
            )


_CHALLENGE = {"www-authenticate": 'Bearer realm="Partline"'}
