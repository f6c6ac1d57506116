"""Whether a browser's unsafe request comes from our own pages.

A browser states where a request comes from in Sec-Fetch-Site, and in Origin for every unsafe
method; a script on another site can forge neither. A request that carries neither is not from
a browser, so nobody's cookies ride along without their knowledge.
"""

from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_OWN_PAGES = frozenset({"same-origin", "none"})

REFUSAL = (
    "This request came from another site, so it was refused. "
    "Open the page on this site and send it from there."
)


def comes_from_own_pages(
    method: str, headers: Mapping[str, str], *, trusted_origins: Collection[str] = ()
) -> bool:
    """True for safe methods and for whatever our own pages or a non-browser sends.

    `headers` must look names up in lower case; `trusted_origins` are further addresses at
    which the same pages are reached, such as a public name in front of a proxy.
    """
    if method in _SAFE_METHODS:
        return True
    origin = headers.get("origin")
    if origin is not None and origin in trusted_origins:
        return True
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in _OWN_PAGES
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc == headers.get("host", "") != ""
    except ValueError:  # no origin that a browser would send
        return False
