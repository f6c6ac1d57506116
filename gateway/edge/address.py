"""From which address a request comes, for limits on who has no other name."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import jwt
from starlette.requests import Request

BROWSER_HEADER = "x-partline-browser"
_ALGORITHM = "HS256"
_AUDIENCE = "partline-browser"
_SEALED_SECONDS = 300
_browser: ContextVar[str | None] = ContextVar("browser", default=None)


def address_of(request: Request) -> str:
    """The browser's address, also when a page in this process asks on its behalf.

    A proxy in front says it in X-Forwarded-For, which the server believes of those that it was
    told to trust.
    """
    direct = request.client.host if request.client is not None else "unknown"
    return _browser.get() or direct


@contextmanager
def on_behalf_of(address: str) -> Iterator[None]:
    """What is asked of this gateway within the block, in this task, comes from `address`."""
    token = _browser.set(address)
    try:
        yield
    finally:
        _browser.reset(token)


class SealedAddresses:
    """Lets pages in another process pass on whose browser they ask for.

    Without it all their questions would come from one address, and one person who tries passwords
    would keep everybody else from signing in. The seal is the gateway's own, so that nobody can
    make an address up.
    """

    def __init__(self, signing_private_key: str) -> None:
        self._key = hashlib.blake2b(
            bytes.fromhex(signing_private_key), person=b"browser address"
        ).digest()

    def seal(self, address: str) -> str:
        """What goes to the pages, to be sent along with what they ask; good for five minutes."""
        claims = {
            "sub": address,
            "aud": _AUDIENCE,
            "exp": int(time.time()) + _SEALED_SECONDS,
        }
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def address_of(self, request: Request) -> str:
        """As the function of this name, and through pages in another process."""
        return self._opened(request.headers.get(BROWSER_HEADER)) or address_of(request)

    def _opened(self, sealed: str | None) -> str | None:
        if sealed is None:
            return None
        try:
            claims = jwt.decode(
                sealed,
                self._key,
                algorithms=[_ALGORITHM],
                audience=_AUDIENCE,
                options={"require": ["exp", "sub", "aud"]},
            )
        except jwt.PyJWTError:
            return None
        return str(claims["sub"])
