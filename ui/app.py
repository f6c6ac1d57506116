"""The four consoles as one Starlette app."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

from shared.settings import Settings
from ui import preferences
from ui.console import Console
from ui.crash import CrashPage
from ui.crm.routes import ROUTES as CRM
from ui.editor.routes import ROUTES as EDITOR
from ui.failures import HANDLERS
from ui.gateway_client import GatewayClient
from ui.operator.routes import ROUTES as OPERATOR
from ui.pages import FOLDER, Pages, environment
from ui.policy import CrossSiteRefusal, SecurityHeaders
from ui.shop.routes import ROUTES as SHOP
from ui.static_files import StaticFiles


def create_ui(settings: Settings, gateway: GatewayClient) -> Starlette:
    """Serves shop, editor, CRM and operator consoles and ``/static``, all through ``gateway``."""
    storage = httpx.AsyncClient(timeout=httpx.Timeout(30.0, write=300.0, read=300.0))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await storage.aclose()
        await gateway.aclose()

    app = Starlette(
        routes=[
            Mount("/static", StaticFiles(directory=FOLDER / "static"), name="static"),
            *preferences.ROUTES,
            *EDITOR,
            *CRM,
            *OPERATOR,
            *SHOP,
        ],
        middleware=[
            Middleware(SecurityHeaders, storage_url=settings.storage_origin),
            Middleware(CrashPage),
            Middleware(CrossSiteRefusal),
        ],
        exception_handlers=HANDLERS,
        lifespan=lifespan,
    )
    app.state.console = Console(
        gateway=gateway,
        pages=Pages(environment()),
        storage=storage,
        max_upload_bytes=settings.upload_max_bytes,
        public_url=settings.public_url,
        secure_cookies=settings.secure_cookies,
    )
    return app
