"""A subgraph's events over HTTP: graphql-sse in its distinct connections mode."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

MEDIA_TYPE = "text/event-stream"
_SIGN_OF_LIFE_SECONDS = 10.0


class EventStream(Response):
    """Sends each response as an event `next`, and `complete` at the end.

    `responses` is closed when the gateway has gone, which is noticed at once.
    """

    def __init__(self, responses: AsyncGenerator[bytes, None]) -> None:
        self.status_code = 200
        self.background = None
        self.init_headers({"content-type": MEDIA_TYPE, "cache-control": "no-store"})
        self._responses = responses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        sending = asyncio.create_task(self._send(send))
        gone = asyncio.create_task(_until_gone(receive))
        try:
            await asyncio.wait((sending, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sending.cancel()
            gone.cancel()
            await asyncio.gather(sending, gone, return_exceptions=True)
        if not sending.cancelled() and (error := sending.exception()) is not None:
            raise error

    async def _send(self, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)

        async def write(chunk: bytes, *, more: bool = True) -> None:
            await send({"type": "http.response.body", "body": chunk, "more_body": more})

        await write(b":\n\n")
        async with aclosing(self._responses) as responses:
            coming = asyncio.ensure_future(anext(responses, None))
            try:
                while True:
                    await asyncio.wait((coming,), timeout=_SIGN_OF_LIFE_SECONDS)
                    if not coming.done():
                        await write(b":\n\n")
                    elif (response := coming.result()) is None:
                        break
                    else:
                        await write(b"event: next\ndata: " + response + b"\n\n")
                        coming = asyncio.ensure_future(anext(responses, None))
            finally:
                coming.cancel()
                await asyncio.gather(coming, return_exceptions=True)
        await write(b"event: complete\ndata:\n\n", more=False)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
