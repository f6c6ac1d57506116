"""One id for each request, from the answer's header to every log line."""

from uuid import UUID

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from shared.headers import REQUEST_ID_HEADER
from shared.ids import new_id

HEADER = REQUEST_ID_HEADER
_KEY = "partline.request_id"


def request_id_of(scope: Scope) -> str:
    """The id of this request: in its answer, in every log line and at every subgraph."""
    return str(scope[_KEY])


class RequestIds:
    """Gives each request an id and puts it into the answer and every line of the log.

    A page passes its own on, so that it and its questions share one; anything but a UUID is
    replaced, so that nothing else gets into the log this way.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope[_KEY] = _given(Headers(scope=scope).get(HEADER, "")) or str(new_id())

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = request_id_of(scope)
            await send(message)

        with bound_contextvars(request_id=request_id_of(scope)):
            await self._app(scope, receive, send_with_id)


def _given(value: str) -> str | None:
    try:
        return str(UUID(value))
    except ValueError:
        return None
