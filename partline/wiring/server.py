"""Serves one app, or all of them, over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
import uvloop
from starlette.types import ASGIApp

from partline.topology import ALL, GATEWAY, UI
from partline.wiring.consoles import console_app
from partline.wiring.edge import gateway_app
from partline.wiring.subgraph import single_subgraph
from partline.wiring.together import everything
from shared.settings import Settings
from shared.telemetry.logs import configure_logs

GRACE_SECONDS = 5


def run_app(name: str, settings: Settings) -> None:
    """Serve `name` until a signal comes. Raises MissingSettingError before it listens."""
    configure_logs(settings)
    uvloop.run(_serve(name, settings))


async def _serve(name: str, settings: Settings) -> None:
    async with _app(name, settings) as app:
        configuration = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            http="httptools",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        await uvicorn.Server(configuration).serve()


@asynccontextmanager
async def _app(name: str, settings: Settings) -> AsyncIterator[ASGIApp]:
    if name == ALL:
        builder = everything(settings)
    elif name == GATEWAY:
        builder = gateway_app(settings)
    elif name == UI:
        builder = console_app(settings)
    else:
        builder = single_subgraph(name, settings)
    async with builder as app:
        yield app
