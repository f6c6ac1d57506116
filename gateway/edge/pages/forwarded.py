"""What of a browser's request reaches the pages, and what of their answer the browser."""

from collections.abc import Iterable, Mapping

Headers = list[tuple[bytes, bytes]]

_HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
# Only the edge may say these; from outside they are forged.
_OURS = (b"x-partline-", b"x-forwarded-", b"x-request-id", b"forwarded", b"authorization")


def request_headers(
    given: Iterable[tuple[bytes, bytes]],
    added: Mapping[str, str],
    *,
    cookie: str | None = None,
    without_cookie: str | None = None,
) -> Headers:
    """The headers for the pages: no hop-by-hop and no forged ones, with the edge's own.

    `cookie` ("name=value") is put in place of one of that name, so that the very first page
    already knows its visitor; the cookie called `without_cookie` is left out.
    """
    given = list(given)
    named = _named_by_connection(given)
    kept = [
        (name.lower(), value)
        for name, value in given
        if name.lower() not in named and not name.lower().startswith(_OURS)
    ]
    if cookie is not None or without_cookie is not None:
        kept = _with_cookies(kept, cookie, without_cookie)
    return kept + [(name.encode(), value.encode("latin-1")) for name, value in added.items()]


def response_headers(given: Iterable[tuple[bytes, bytes]]) -> Headers:
    """The headers for the browser: whatever the pages say, less the hop-by-hop ones."""
    given = list(given)
    named = _named_by_connection(given)
    return [(name.lower(), value) for name, value in given if name.lower() not in named]


def _named_by_connection(headers: Headers) -> frozenset[bytes]:
    listed = b",".join(value for name, value in headers if name.lower() == b"connection")
    return _HOP_BY_HOP | {name.strip().lower() for name in listed.split(b",") if name.strip()}


def _with_cookies(headers: Headers, added: str | None, removed: str | None) -> Headers:
    replaced = {removed, None if added is None else added.partition("=")[0]}
    pairs = [
        part.strip()
        for header, value in headers
        if header == b"cookie"
        for part in value.decode("latin-1").split(";")
        if part.strip() and part.strip().partition("=")[0] not in replaced
    ]
    pairs += [] if added is None else [added]
    rest = [header for header in headers if header[0] != b"cookie"]
    return [*rest, (b"cookie", "; ".join(pairs).encode("latin-1"))] if pairs else rest
