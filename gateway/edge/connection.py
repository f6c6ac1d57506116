"""The connection of one client, within bounds."""

import asyncio
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_ADVICE = "The head of this request is too large."


class Connection(HttpToolsProtocol):
    """Speaks HTTP as uvicorn does, and ends with a client that takes a place without using it.

    Who asks nothing for `idle_seconds`, sends a request's head more slowly than that, or takes
    nothing of an answer for so long is cut off. What is not body of a request, its head above
    all, is at most `most_head` bytes. Uvicorn leaves both to a proxy in front, which there need
    not be. How long a body may take is for whoever reads it.
    """

    idle_seconds: ClassVar[float] = 20.0
    most_head: ClassVar[int] = 256 * 1024

    _idle_since: float | None = None
    _unsent = 0
    _head = 0
    _watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._idle_since = self.loop.time()
        self._look_later()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._head += len(data)
        super().data_received(data)
        if self._head > self.most_head and not self.transport.is_closing():
            self.send_400_response(_ADVICE)

    def on_message_begin(self) -> None:
        self._head = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._idle_since = None
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._head -= len(body)
        super().on_body(body)

    def on_response_complete(self) -> None:
        self._idle_since = self.loop.time()
        super().on_response_complete()
        if self.cycle is not None and not self.cycle.response_complete:
            self._idle_since = None  # the next request had been sent already

    def shutdown(self) -> None:
        """Take nothing more; a request that is not whole soon is not waited for."""
        super().shutdown()
        if self._is_unfinished():
            self.loop.call_later(self.idle_seconds / 10, self._leave_unfinished)

    def _is_unfinished(self) -> bool:
        return self.cycle is not None and self.cycle.more_body and not self.cycle.response_complete

    def _leave_unfinished(self) -> None:
        if self._is_unfinished():
            self.transport.abort()

    def _look_later(self) -> None:
        self._watch = self.loop.call_later(self.idle_seconds / 4, self._look)

    def _look(self) -> None:
        """Cut off whoever has not used the connection."""
        now = self.loop.time()
        unsent = self.transport.get_write_buffer_size()
        if self._idle_since is None:
            self._idle_since = now if self.transport.is_closing() else None
        elif unsent < self._unsent:
            self._idle_since = now
        self._unsent = unsent
        if self._idle_since is not None and now - self._idle_since > self.idle_seconds:
            self.transport.abort()
        else:
            self._look_later()
