"""The cookies of browsers that nobody has signed in with."""

import hashlib
import time
from uuid import UUID

import jwt

from gateway.edge.authentication.credentials import VISITOR_COOKIE
from shared.ids import new_id

_ALGORITHM = "HS256"
_AUDIENCE = "partline-visitor"
_LIFETIME_SECONDS = 365 * 24 * 3600


class VisitorCookies:
    """Names browsers nobody has signed in with, so that what they make stays theirs.

    The key is derived from the gateway's signing key, in another audience and algorithm than
    the tokens to subgraphs, so that neither passes for the other.
    """

    def __init__(self, signing_private_key: str, *, secure: bool) -> None:
        self._key = hashlib.blake2b(
            bytes.fromhex(signing_private_key), person=b"visitor cookie"
        ).digest()
        self._secure = secure

    def mint(self) -> tuple[UUID, str]:
        """A new visitor and the value of its cookie."""
        visitor, now = new_id(), int(time.time())
        claims = {
            "sub": str(visitor),
            "aud": _AUDIENCE,
            "iat": now,
            "exp": now + _LIFETIME_SECONDS,
        }
        return visitor, jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def read(self, value: str | None) -> UUID | None:
        """The visitor in a cookie's value; None when it is missing, forged or expired."""
        if value is None:
            return None
        try:
            claims = jwt.decode(
                value,
                self._key,
                algorithms=[_ALGORITHM],
                audience=_AUDIENCE,
                options={"require": ["exp", "sub", "aud"]},
            )
            return UUID(claims["sub"])
        except (jwt.PyJWTError, ValueError):
            return None

    def set_cookie(self, value: str) -> str:
        """The Set-Cookie header that gives a browser its name."""
        return (
            f"{VISITOR_COOKIE}={value}; Path=/; Max-Age={_LIFETIME_SECONDS}; HttpOnly; "
            f"SameSite=Lax{self._attributes}"
        )

    def clear_session_cookie(self) -> str:
        """The Set-Cookie header that takes back a session cookie that is worth nothing."""
        return f"partline_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{self._attributes}"

    @property
    def _attributes(self) -> str:
        return "; Secure" if self._secure else ""
