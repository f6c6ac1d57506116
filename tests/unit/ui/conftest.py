"""The consoles over the gateway double, and a browser without JavaScript to look at them."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from shared.settings import Settings
from tests.unit.ui.gateway_double import GatewayDouble
from ui.app import create_ui
from ui.gateway_client import GatewayClient

STORAGE = "http://storage.test:9000"


@pytest.fixture
def gateway() -> GatewayDouble:
    return GatewayDouble()


@pytest.fixture
def consoles(gateway: GatewayDouble) -> Starlette:
    client = GatewayClient.in_process("http://gateway.test")
    client.attach(gateway.app)
    return create_ui(Settings(s3_endpoint=STORAGE, upload_max_bytes=2 * 1024 * 1024), client)


@pytest.fixture
async def browser(consoles: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=consoles)
    async with httpx.AsyncClient(transport=transport, base_url="http://ui.test") as client:
        yield client


@pytest.fixture
def signed_in(browser: httpx.AsyncClient) -> "SignIn":
    return SignIn(browser)


class SignIn:
    """Calls itself with a key of ``world.PEOPLE`` and gives that person's browser."""

    def __init__(self, browser: httpx.AsyncClient) -> None:
        self._browser = browser

    def __call__(self, who: str) -> httpx.AsyncClient:
        self._browser.cookies.set("partline_session", who)
        return self._browser


def htmx(target: str, **more: str) -> dict[str, str]:
    """The headers of a request that htmx makes to replace one element."""
    return {"HX-Request": "true", "HX-Target": target, **more}
