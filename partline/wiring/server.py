"""Serves one app, or all of them, over HTTP."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from types import FrameType

import uvicorn
import uvloop
from starlette.applications import Starlette

from gateway.edge.collector import calm_collector
from gateway.edge.connection import Connection
from partline.topology import ALL, GATEWAY, UI
from shared.settings import Settings
from shared.telemetry.logs import configure_logs

GRACE_SECONDS = 5


def run_app(name: str, settings: Settings) -> None:
    """Serve `name` until a signal comes. Raises SettingError before it listens."""
    configure_logs(settings)
    uvloop.run(_serve(name, settings))


class _Server(uvicorn.Server):
    """Ends the event streams when a signal comes: whoever reads one never closes it."""

    def __init__(self, configuration: uvicorn.Config, app: Starlette) -> None:
        super().__init__(configuration)
        self._close_streams: Callable[[], None] | None = getattr(app.state, "close_streams", None)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._close_streams is not None:
            self._close_streams()
        super().handle_exit(sig, frame)


async def _serve(name: str, settings: Settings) -> None:
    async with _app(name, settings) as app:
        calm_collector()
        configuration = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            http=Connection,
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        await _Server(configuration, app).serve()


def _app(name: str, settings: Settings) -> AbstractAsyncContextManager[Starlette]:
    """Only what the app itself needs is imported: a process of its own is small."""
    if name == ALL:
        from partline.wiring.together import everything  # noqa: PLC0415

        return everything(settings)
    if name == GATEWAY:
        from partline.wiring.edge import gateway_app  # noqa: PLC0415

        return gateway_app(settings)
    if name == UI:
        from partline.wiring.consoles import console_app  # noqa: PLC0415

        return console_app(settings)
    from partline.wiring.subgraph import single_subgraph  # noqa: PLC0415

    return single_subgraph(name, settings)
