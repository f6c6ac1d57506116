"""The log's line for each request."""

import time

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = structlog.get_logger(__name__)
_NOTES = "partline.notes"
_LONGEST = 200
_UNREMARKABLE = ("/static/", "/health", "/ready", "/graphql/assets/")


def note(scope: Scope, **facts: object) -> None:
    """Add to the line that the log will have of this request; texts may be a client's."""
    scope.setdefault(_NOTES, {}).update({name: _short(fact) for name, fact in facts.items()})


def _short(fact: object) -> object:
    return fact[:_LONGEST] if isinstance(fact, str) else fact


class AccessLog:
    """One line for each request: what was asked, by whom, how it went and how long it took."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        scope[_NOTES] = {}
        status = 0

        async def send_and_look(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_and_look)
        finally:
            path: str = scope["path"]
            tell = _log.debug if path.startswith(_UNREMARKABLE) else _log.info
            tell(
                "request",
                method=scope["method"],
                path=_short(path),
                status=status,
                milliseconds=round((time.perf_counter() - began) * 1000, 1),
                **scope[_NOTES],
            )
