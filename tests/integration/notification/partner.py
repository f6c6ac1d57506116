"""A partner's server: a real one, that can be told what to answer."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

from partline.embedded.ports import HOST, free_port


@dataclass
class Call:
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    def signed_by(self, secret: str) -> bool:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        text = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        expected = base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
        return f"v1,{expected}" in self.headers["webhook-signature"].split(" ")


@dataclass
class PartnerServer:
    """`answers` are the statuses of the next calls, then 204; without `gate` none is answered."""

    url: str
    calls: list[Call] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.calls.append(Call(headers, await request.read()))
        await self.gate.wait()
        status = self.answers.pop(0) if self.answers else 204
        moved = {"location": f"{self.url}/moved"} if status in {301, 302, 307, 308} else {}
        return web.Response(status=status, headers=moved)


@asynccontextmanager
async def partner_server() -> AsyncIterator[PartnerServer]:
    """It answers at once; clear `gate` to hold answers back."""
    port = free_port()
    server = PartnerServer(f"http://{HOST}:{port}/hook")
    server.gate.set()
    app = web.Application()
    app.router.add_post("/{path:.*}", server.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, HOST, port).start()
    try:
        yield server
    finally:
        server.gate.set()
        await runner.cleanup()
