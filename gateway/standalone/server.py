"""Serves the stand-alone gateway until a signal comes."""

import asyncio
import errno
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import uvicorn

from gateway.edge.collector import calm_collector
from gateway.edge.connection import Connection
from gateway.edge.open_streams import OpenStreams
from gateway.edge.transport.http import HttpPool
from gateway.standalone.app import GRAPHQL, Standalone, create_standalone
from gateway.standalone.settings import StandaloneSettings
from gateway.standalone.sources import Source

_BACKLOG = 2048
_WITHOUT_IPV6 = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT})


def listen(host: str, port: int) -> tuple[socket.socket, ...]:
    """Listening sockets; port 0 is any free one. Raises OSError.

    `localhost` is 127.0.0.1 and, where the machine has it, ::1: some clients try only one of
    both.
    """
    if host != "localhost":
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return (socket.create_server((host, port), family=family, backlog=_BACKLOG),)
    (first,) = listen("127.0.0.1", port)
    try:
        return (first, *listen("::1", first.getsockname()[1]))
    except OSError as error:
        if error.errno in _WITHOUT_IPV6 or not port:
            return (first,)
        first.close()
        raise


async def serve(
    settings: StandaloneSettings,
    source: Callable[[HttpPool], Source],
    listening: Sequence[socket.socket],
    tell: Callable[[str], None],
    *,
    grace_seconds: float = 30.0,
) -> None:
    """Serve on these sockets until SIGTERM or SIGINT; what is under way then is finished within
    `grace_seconds`.

    `tell` gets the line that says where, once requests are taken. Raises CompositionError,
    SupergraphError or SourceError when there is no graph to begin with.
    """
    pool = HttpPool(settings.http)
    standalone = create_standalone(settings, pool, source)
    try:
        await standalone.keeper.refresh()
    except BaseException:
        await pool.close()
        raise
    calm_collector()
    configuration = uvicorn.Config(
        standalone.app,
        http=Connection,
        ws="none",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=max(1, round(grace_seconds)),
    )
    server = _Server(configuration, standalone.streams, lambda: tell(_line(standalone, listening)))
    keeping = asyncio.create_task(standalone.keeper.run(), name="graph")
    keeping.add_done_callback(lambda _: server.stop())
    await server.serve(sockets=list(listening))
    if not keeping.done():
        keeping.cancel()
    (ended,) = await asyncio.gather(keeping, return_exceptions=True)
    if isinstance(ended, Exception):
        raise ended


class _Server(uvicorn.Server):
    def __init__(
        self, configuration: uvicorn.Config, streams: OpenStreams, started: Callable[[], None]
    ) -> None:
        super().__init__(configuration)
        self._streams = streams
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._started()

    def stop(self) -> None:
        """Take no more requests, end the streams and finish what is under way."""
        self._streams.close()
        self.should_exit = True

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at a signal. Unlike uvicorn's own, the process then ends as having succeeded."""
        loop = asyncio.get_running_loop()
        signals = (signal.SIGINT, signal.SIGTERM)
        for number in signals:
            loop.add_signal_handler(number, self.stop)
        try:
            yield
        finally:
            for number in signals:
                loop.remove_signal_handler(number)


def _line(standalone: Standalone, listening: Sequence[socket.socket]) -> str:
    host, port = listening[0].getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    line = f"Serving the graph at http://{shown}:{port}{GRAPHQL}"
    if standalone.keeper.waits_for:
        return f"{line} as soon as these have told their schema: " + ", ".join(
            standalone.keeper.waits_for
        )
    return line
