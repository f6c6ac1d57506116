"""What every handler needs, held by the app."""

from dataclasses import dataclass
from typing import cast

import httpx
from starlette.requests import Request

from ui.gateway_client import GatewayClient
from ui.pages import Pages


@dataclass(frozen=True)
class Console:
    """The gateway, the templates, a client to object storage, and what the settings say:
    the largest upload in bytes, the public address, and whether cookies need HTTPS."""

    gateway: GatewayClient
    pages: Pages
    storage: httpx.AsyncClient
    max_upload_bytes: int
    public_url: str
    secure_cookies: bool


def console(request: Request) -> Console:
    return cast(Console, request.app.state.console)
