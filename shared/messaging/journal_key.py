"""How a service proves to another that it may read its journal."""

import time

import jwt
from pydantic import SecretStr

from shared.messaging.subscriptions import readers_of

TOKEN_SECONDS = 60
_LEEWAY_SECONDS = 60  # the two clocks need not agree to the second
_ALGORITHM = "HS256"


class NotAReader(Exception):
    """The token is missing, forged, expired or meant for another producer."""


class ServiceKey:
    """The secret that the services share, and nobody else: not the gateway, not the consoles."""

    def __init__(self, secret: SecretStr) -> None:
        self._secret = secret.get_secret_value()

    def token(self, reader: str, producer: str, *, now: float | None = None) -> str:
        """Lets the consumer `reader` ask `producer` for a minute."""
        issued = int(time.time() if now is None else now)
        claims = {
            "sub": reader,
            "aud": _audience(producer),
            "iat": issued,
            "exp": issued + TOKEN_SECONDS,
        }
        return jwt.encode(claims, self._secret, algorithm=_ALGORITHM)

    def reader(self, token: str | None, producer: str) -> str:
        """The consumer of `producer` that asks. Raises NotAReader."""
        try:
            claims = jwt.decode(
                token or "",
                self._secret,
                algorithms=[_ALGORITHM],
                audience=_audience(producer),
                leeway=_LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "sub", "aud"]},
            )
        except jwt.PyJWTError as error:
            raise NotAReader(str(error)) from error
        reader = str(claims["sub"])
        if reader not in readers_of(producer):
            raise NotAReader(f"{reader} does not listen to {producer}")
        return reader


def _audience(producer: str) -> str:
    return f"partline-journal-{producer}"
