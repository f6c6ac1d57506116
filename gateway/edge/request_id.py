"""One id for each request, from the answer's header to every log line."""

from collections.abc import Iterable
from uuid import UUID

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, reset_contextvars

from shared.headers import REQUEST_ID_HEADER
from shared.ids import new_id

HEADER = REQUEST_ID_HEADER
_HEADER = HEADER.lower().encode()
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
        request_id = scope[_KEY] = _given(scope["headers"]) or str(new_id())
        header = (_HEADER, request_id.encode())

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                others = (one for one in message.get("headers", ()) if one[0] != _HEADER)
                message["headers"] = [*others, header]
            await send(message)

        bound = bind_contextvars(request_id=request_id)
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            reset_contextvars(**bound)


def _given(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    value = next((value for name, value in headers if name == _HEADER), None)
    if value is None:
        return None
    try:
        return str(UUID(value.decode("latin-1")))
    except ValueError:
        return None
