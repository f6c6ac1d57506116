"""What a request brings along to say who asks."""

from collections.abc import Mapping
from dataclasses import dataclass

SESSION_COOKIE = "partline_session"
VISITOR_COOKIE = "partline_visitor"
API_KEY_PREFIX = "plk_"
_LONGEST_SECRET = 512


class UnusableCredentials(Exception):
    """The caller presented something that can never identify anybody."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request brought along to say who is asking; nothing of it is believed yet."""

    api_key: str | None = None
    session: str | None = None
    visitor: str | None = None


def read_credentials(headers: Mapping[str, str], cookies: Mapping[str, str]) -> Credentials:
    """Collect the credentials of a request.

    `headers` must look names up in lower case. An API key stands alone: cookies beside it
    are not looked at, so a key never acts with somebody's browser session.

    Raises `UnusableCredentials` for an Authorization header that holds no API key.
    """
    api_key = _bearer(headers.get("authorization")) or headers.get("x-api-key", "").strip() or None
    if api_key is not None:
        if not api_key.startswith(API_KEY_PREFIX) or len(api_key) > _LONGEST_SECRET:
            raise UnusableCredentials("An API key starts with plk_. Copy it again from Account.")
        return Credentials(api_key=api_key)
    return Credentials(
        session=_bounded(cookies.get(SESSION_COOKIE)),
        visitor=_bounded(cookies.get(VISITOR_COOKIE)),
    )


def _bearer(authorization: str | None) -> str | None:
    if authorization is None:
        return None
    scheme, _, value = authorization.strip().partition(" ")
    if scheme.lower() != "bearer" or not value.strip():
        raise UnusableCredentials("Send an API key as 'Authorization: Bearer plk_…'.")
    return value.strip()


def _bounded(value: str | None) -> str | None:
    return value if value and len(value) <= _LONGEST_SECRET * 2 else None
