"""What the door needs of the pages, and pages of the same process."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

_OF_THE_GATEWAY = frozenset({"app", "router", "endpoint", "path_params"})


class PagesUnavailable(Exception):
    """The pages could not be reached, and nothing of an answer was sent yet."""


class Pages(Protocol):
    """Whatever makes the pages: an ASGI application, and a way to ask whether it is there."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Raises `PagesUnavailable` when nobody is there to answer."""
        ...

    async def healthy(self) -> bool:
        """True when the pages answer."""
        ...

    def serving(self) -> AbstractAsyncContextManager[object]:
        """Entered once before the first request, left after the last."""
        ...


class MountedPages:
    """Pages of an application in this process, with its lifespan."""

    def __init__(self, app: Starlette) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Without the gateway's own routing, or the pages would look their addresses up in it.
        inner = {name: value for name, value in scope.items() if name not in _OF_THE_GATEWAY}
        await self._app(inner, receive, send)

    async def healthy(self) -> bool:
        return True

    def serving(self) -> AbstractAsyncContextManager[object]:
        return self._app.router.lifespan_context(self._app)
