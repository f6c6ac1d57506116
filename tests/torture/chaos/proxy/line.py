"""A listening port that leads to one server, and its weather."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from partline.embedded.ports import HOST
from tests.torture.chaos.proxy.tunnel import Side
from tests.torture.chaos.proxy.weather import FAIR, Kind, Weather


class Line:
    """What one process reaches one server through."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._weather = FAIR
        self._sides: set[Side] = set()
        self._cleared = asyncio.Event()
        self._cleared.set()
        self._server: asyncio.Server | None = None
        self._connecting: set[asyncio.Task[None]] = set()

    async def open(self) -> int:
        """Listen; gives the port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._accepted, HOST, 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def change(self, weather: Weather) -> None:
        """From now on; CUT breaks what is open."""
        self._weather = weather
        if weather.kind is Kind.BLACKHOLE:
            self._cleared.clear()
            for side in self._sides:
                side.hold()
            return
        self._cleared.set()
        for side in tuple(self._sides):
            if weather.kind is Kind.CUT:
                side.abort()
            else:
                side.release()
                side.pass_on()

    def _accepted(self) -> Side:
        return self._side(self._begin)

    def _begin(self, client: Side) -> None:
        task = asyncio.create_task(self._connect(client))
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)

    async def _connect(self, client: Side) -> None:
        await self._cleared.wait()
        if self._weather.kind is Kind.CUT:
            client.abort()
            return
        loop = asyncio.get_running_loop()
        with suppress(OSError):
            _, server = await loop.create_connection(self._side, HOST, self._target)
            server.join(client)
            client.join(server)
            return
        client.abort()

    def _side(self, made: Callable[[Side], None] | None = None) -> Side:
        side = Side(lambda: self._weather, lambda: self._sides.discard(side), made)
        self._sides.add(side)
        return side
