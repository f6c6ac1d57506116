"""The consoles in a process of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shared.settings import Settings
from ui.app import create_ui
from ui.gateway_client import GatewayClient


@asynccontextmanager
async def console_app(settings: Settings) -> AsyncIterator[Starlette]:
    """The consoles, which reach the gateway over HTTP, with `GET /health` for the supervisor."""
    app = create_ui(settings, GatewayClient.over_http(settings.gateway_url))
    app.router.routes.insert(0, Route("/health", _health))
    yield app


async def _health(_: Request) -> Response:
    return JSONResponse({"service": "ui", "status": "ok"})
