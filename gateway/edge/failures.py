"""The answer to a fault of ours."""

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.edge.problem import problem

_log = structlog.get_logger(__name__)
_SORRY = "Something went wrong on our side. Try again; if it stays, tell us the reference."


class Failures:
    """Turns what nobody expected into an answer that tells nothing but a reference.

    The log has the whole story under that reference.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def send_and_look(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_look)
        except ClientDisconnect:
            _log.debug("a client left before its request was whole")
        except Exception:
            if scope["type"] != "http":
                raise
            _log.exception("a request failed")
            if started:
                raise
            answer = problem(Request(scope), 500, "INTERNAL", _SORRY)
            await answer(scope, receive, send)
