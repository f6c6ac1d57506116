"""A line to a server that can be frozen, as when a network stops carrying without telling."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.engine import make_url


class Cable:
    """Carries bytes both ways until it is frozen; then it keeps every line up and carries none."""

    def __init__(self, host: str, port: int) -> None:
        self._far = (host, port)
        self._open = asyncio.Event()
        self._open.set()
        self._copies: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self.lines = 0
        self.port = 0

    def freeze(self) -> None:
        """Carry nothing more, in both directions, and tell nobody."""
        self._open.clear()

    def thaw(self) -> None:
        """Carry again, what was held back included."""
        self._open.set()

    async def forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.lines += 1
        far_reader, far_writer = await asyncio.open_connection(*self._far)
        self._writers |= {writer, far_writer}
        for source, target in ((reader, far_writer), (far_reader, writer)):
            copy = asyncio.create_task(self._copy(source, target))
            self._copies.add(copy)
            copy.add_done_callback(self._copies.discard)

    async def _copy(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65_536):
                await self._open.wait()
                target.write(data)
                await target.drain()
            await self._open.wait()
            target.close()
        except ConnectionError:
            target.close()

    async def close(self) -> None:
        for copy in self._copies:
            copy.cancel()
        await asyncio.gather(*self._copies, return_exceptions=True)
        for writer in self._writers:
            writer.close()


@asynccontextmanager
async def cable_to(url: str) -> AsyncIterator[tuple[Cable, str]]:
    """A cable to the server of `url`, and the address that leads through it."""
    address = make_url(url)
    cable = Cable(str(address.host), int(address.port or 0))
    server = await asyncio.start_server(cable.forward, "127.0.0.1", 0)
    cable.port = server.sockets[0].getsockname()[1]
    through = address.set(host="127.0.0.1", port=cable.port)
    try:
        yield cable, through.render_as_string(hide_password=False)
    finally:
        await cable.close()
        server.close()
