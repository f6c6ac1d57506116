"""From which address a request comes, for limits on who has no other name."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from starlette.requests import Request

_browser: ContextVar[str | None] = ContextVar("browser", default=None)


def address_of(request: Request) -> str:
    """The browser's address, also when a page in this process asks on its behalf.

    Pages in another process say it in X-Forwarded-For, which the server believes of those
    that it was told to trust.
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
