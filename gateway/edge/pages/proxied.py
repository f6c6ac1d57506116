"""Pages that another process makes."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import aiohttp
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send
from yarl import URL

from gateway.edge.pages.forwarded import response_headers
from gateway.edge.pages.upstream import PagesUnavailable
from gateway.edge.transport.http import IDLE_SECONDS

_BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})


class ProxiedPages:
    """Pages of an application elsewhere, streamed through in both directions.

    `url` is its address without a path. Nothing is buffered, so a long answer and a large
    upload cost no memory here; an answer may take as long as it keeps coming.
    """

    def __init__(self, url: str, *, quiet_seconds: float = 60.0) -> None:
        self._url = url.rstrip("/")
        self._timeout = aiohttp.ClientTimeout(total=None, connect=2.0, sock_read=quiet_seconds)
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        started = False
        try:
            async with self._ask(request) as answer:
                started = True
                await send(
                    {
                        "type": "http.response.start",
                        "status": answer.status,
                        "headers": response_headers(answer.raw_headers),
                    }
                )
                async for chunk in answer.content.iter_any():
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
                await send({"type": "http.response.body", "body": b""})
        except (aiohttp.ClientError, TimeoutError) as error:
            if started:
                raise
            raise PagesUnavailable(str(error) or type(error).__name__) from error

    async def healthy(self) -> bool:
        try:
            async with self._opened().get(
                f"{self._url}/health", timeout=aiohttp.ClientTimeout(total=2.0)
            ) as answer:
                return answer.status < 500
        except (aiohttp.ClientError, TimeoutError, PagesUnavailable):
            return False

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Holds the connections; requests are only answered inside."""
        async with aiohttp.ClientSession(
            timeout=self._timeout,
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=("user-agent", "accept", "accept-encoding", "content-type"),
        ) as session:
            self._session = session
            try:
                yield
            finally:
                self._session = None

    def _ask(self, request: Request) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        query = request.scope.get("query_string", b"").decode("latin-1")
        path = request.scope.get("raw_path", request.url.path.encode()).decode("latin-1")
        target = URL(f"{self._url}{path}" + (f"?{query}" if query else ""), encoded=True)
        return self._opened().request(
            request.method,
            target,
            headers=[(n.decode("latin-1"), v.decode("latin-1")) for n, v in request.headers.raw],
            data=None if request.method in _BODILESS else _body(request),
            allow_redirects=False,
        )

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise PagesUnavailable("the gateway is starting or stopping")
        return self._session


async def _body(request: Request) -> AsyncIterator[bytes]:
    try:
        async for chunk in request.stream():
            yield chunk
    except ClientDisconnect:
        # Half a body must not reach the pages as if it were a whole one.
        raise aiohttp.ClientConnectionError("the browser left in the middle") from None
