"""The consoles in a process of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette

from shared.settings import Settings
from ui.app import create_ui
from ui.gateway_client import GatewayClient


@asynccontextmanager
async def console_app(settings: Settings) -> AsyncIterator[Starlette]:
    """The consoles, which reach the gateway over HTTP."""
    yield create_ui(settings, GatewayClient.over_http(settings.gateway_url))
