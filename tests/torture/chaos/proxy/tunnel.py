"""One proxied connection: what comes in at one side goes out at the other."""

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Callable
from typing import cast

from tests.torture.chaos.proxy.weather import Kind, Weather

_NO_GOODBYE = struct.pack("ii", 1, 0)  # closing sends a reset


class Side(asyncio.Protocol):
    """One of the two sockets. What it receives waits here until the weather lets it pass."""

    def __init__(
        self,
        weather: Callable[[], Weather],
        gone: Callable[[], None],
        made: Callable[["Side"], None] | None = None,
    ) -> None:
        self._weather = weather
        self._made = made
        self._gone = gone
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._other: Side | None = None
        self._waiting: deque[tuple[float, bytes]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._ended = False

    def join(self, other: "Side") -> None:
        self._other = other
        self.pass_on()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's has other ancestors
        if self._weather().kind is Kind.BLACKHOLE:
            self._transport.pause_reading()
        if self._made is not None:
            self._made(self)

    def data_received(self, data: bytes) -> None:
        weather = self._weather()
        if weather.kind is Kind.FAIR and not self._waiting and self._other is not None:
            self._other.write(data)
            return
        self._waiting.append((self._loop.time() + weather.seconds, data))
        self.pass_on()

    def eof_received(self) -> bool:
        self._ended = True
        self.pass_on()
        return True

    def connection_lost(self, _: Exception | None) -> None:
        self._ended = True
        self.pass_on()
        self._gone()

    def pause_writing(self) -> None:
        if self._other is not None:
            self._other.hold()

    def resume_writing(self) -> None:
        if self._other is not None and self._weather().kind is not Kind.BLACKHOLE:
            self._other.release()

    def write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def hold(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def release(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def pass_on(self) -> None:
        """Forward what is due, and the end behind it."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._other is None or self._weather().kind is Kind.BLACKHOLE:
            return
        while self._waiting and self._waiting[0][0] <= self._loop.time():
            self._other.write(self._waiting.popleft()[1])
        if self._waiting:
            self._timer = self._loop.call_at(self._waiting[0][0], self.pass_on)
        elif self._ended:
            self._other.close()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Break the connection at once; the other end gets a reset."""
        self._waiting.clear()
        if self._transport is not None:
            self._transport.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, _NO_GOODBYE
            )
            self._transport.abort()
