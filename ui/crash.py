"""A fault of ours still gets a page, with the policy headers on it and the fault in the log."""

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.console import console
from ui.frame import frame

log = structlog.get_logger("ui")

SORRY = "Something broke on our side. It is written down; nothing you did is lost. Try again."


class CrashPage:
    """Answers 500 for what nobody caught, unless an answer is already on its way."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:
            if scope["type"] != "http" or started:
                raise
            log.exception("page broke", path=scope["path"])
            await self._sorry(scope, receive, send)

    @staticmethod
    async def _sorry(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        context = {"message": SORRY, "code": "INTERNAL"}
        try:
            answer = console(request).pages.render(
                request, "components/refused.html", frame("shop", ""), context, status=500
            )
        except Exception:
            log.exception("the page that says sorry broke, too")
            await PlainTextResponse(SORRY, 500)(scope, receive, send)
        else:
            await answer(scope, receive, send)
