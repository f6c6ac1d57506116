"""A stream of GraphQL responses over HTTP."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.edge.graphql.streams.framing import Framing
from gateway.edge.graphql.streams.outbox import Outbox, TooSlow
from gateway.edge.open_streams import OpenStreams, StreamOwner

_log = structlog.get_logger(__name__)
# A proxy that gathers what it passes on would hold events back.
_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}

Failure = Callable[[str, str], bytes]
"""From a code and a sentence to a GraphQL response that holds nothing but this error."""


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """How streams to clients behave; times in seconds.

    `waiting` responses are kept for a client who reads slowly; one who takes none of them for
    `patience` is dropped. Silence is filled with a sign of life every `heartbeat`.
    """

    heartbeat: float = 10.0
    waiting: int = 16
    patience: float = 10.0


class _Cut(Exception):
    """The client takes nothing any more, not even a last word."""


class StreamedResponse(Response):
    """Writes encoded responses as they come, until they, the client or the process end.

    `responses` is closed in every case, so whatever they are read from is let go of. `allowed`
    is asked before anything is sent: whoever loses the right to listen gets nothing more.
    Raises `Refusal`, before anything is sent, when its owner has too many streams.
    """

    def __init__(
        self,
        responses: AsyncGenerator[bytes, None],
        framing: Framing,
        *,
        failure: Failure,
        streams: OpenStreams,
        owner: StreamOwner,
        settings: StreamSettings,
        allowed: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        self.status_code = 200
        self.background = None
        self.media_type = framing.content_type
        self.init_headers({**_HEADERS, "content-type": framing.content_type})
        self._responses = responses
        self._framing = framing
        self._failure = failure
        self._streams = streams
        self._owner = owner
        self._settings = settings
        self._allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        outbox = Outbox(self._settings.waiting, self._settings.patience)
        shutdown = asyncio.Event()
        with self._streams.opened(self._owner, shutdown.set):
            await send(
                {
                    "type": "http.response.start",
                    "status": self.status_code,
                    "headers": self.raw_headers,
                }
            )
            writing = asyncio.create_task(self._write(outbox, send))
            gone = asyncio.create_task(_until_gone(receive))
            beside = (
                asyncio.create_task(self._collect(outbox)),
                asyncio.create_task(self._end_with(shutdown, outbox)),
            )
            try:
                await asyncio.wait((writing, gone), return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (writing, gone, *beside):
                    task.cancel()
                await asyncio.gather(writing, gone, *beside, return_exceptions=True)
        error = None if writing.cancelled() else writing.exception()
        if error is not None and not isinstance(error, _Cut):
            raise error

    async def _collect(self, outbox: Outbox) -> None:
        try:
            async with aclosing(self._responses) as responses:
                async for encoded in responses:
                    await outbox.put(self._framing.response(encoded))
        except TooSlow:
            _log.warning("a stream is dropped: its client reads too slowly")
            await self._break_off(
                outbox,
                "STREAM_TOO_SLOW",
                "The events came faster than they were read, so this stream ends. Subscribe "
                "again: the first event is the present state.",
            )
        except TimeoutError:
            await self._break_off(
                outbox,
                "OPERATION_TIMED_OUT",
                "The rest of the response took too long. Ask for less at once, or try again.",
            )
        except Exception:
            _log.exception("a stream failed")
            await self._break_off(
                outbox,
                "STREAM_FAILED",
                "The events cannot be had any more. Subscribe again; if it stays, tell us the "
                "reference.",
            )
        else:
            await outbox.end(self._framing.ending)

    async def _end_with(self, shutdown: asyncio.Event, outbox: Outbox) -> None:
        await shutdown.wait()
        await self._break_off(
            outbox, "SERVER_SHUTTING_DOWN", "The server restarts. Subscribe again in a moment."
        )

    async def _break_off(self, outbox: Outbox, code: str, message: str) -> None:
        await outbox.end(self._last_word(code, message), at_once=True)

    def _last_word(self, code: str, message: str) -> bytes:
        return self._framing.broken_off(self._failure(code, message)) + self._framing.ending

    async def _write(self, outbox: Outbox, send: Send) -> None:
        await self._send(send, self._framing.opening)
        last = False
        while not last:
            item, last = await outbox.next(self._settings.heartbeat)
            if self._allowed is not None and not await self._allowed():
                item, last = (
                    self._last_word(
                        "STREAM_NOT_ALLOWED",
                        "You are signed out, or the API key was revoked, so this stream ends.",
                    ),
                    True,
                )
            chunk = self._framing.heartbeat if item is None else item
            if chunk or last:
                await self._send(send, chunk or b"", more=not last)

    async def _send(self, send: Send, chunk: bytes, *, more: bool = True) -> None:
        """Hand a chunk to the server; it takes none while the connection is full."""
        try:
            async with asyncio.timeout(self._settings.patience * 2):
                await send({"type": "http.response.body", "body": chunk, "more_body": more})
        except TimeoutError as error:
            _log.warning("a stream is cut: its client has stopped reading")
            raise _Cut from error


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
