"""Subgraphs reached over HTTP."""

from collections.abc import Mapping
from urllib.parse import urljoin

import aiohttp

from gateway.edge.transport.base import SubgraphUnavailable

# Shorter than uvicorn's five seconds: a connection is not reused while its other end closes it.
IDLE_SECONDS = 3.0
_LARGEST_ANSWER = 32 * 1024 * 1024
_OK = 200
_UNSIGNED = 401


class HttpTransport:
    """Sends to subgraphs over HTTP with one pooled aiohttp session for the process.

    `urls` maps a subgraph's name to the address of its GraphQL endpoint. `timeout` is in
    seconds and covers one whole request.
    """

    def __init__(self, urls: Mapping[str, str], *, timeout: float = 10.0) -> None:
        self._urls = dict(urls)
        self._timeout = aiohttp.ClientTimeout(total=timeout, connect=min(timeout, 2.0))
        self._session: aiohttp.ClientSession | None = None

    async def send(
        self, subgraph: str, body: bytes, headers: Mapping[str, str], *, repeatable: bool = False
    ) -> bytes:
        """As `Transport.send`; a repeatable request is sent at most twice."""
        url = self._urls.get(subgraph)
        if url is None:
            raise SubgraphUnavailable(subgraph, "it has no address")
        try:
            try:
                return await self._post(subgraph, url, body, headers)
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
                # Nobody listens: asking again at once would only take longer to say so.
                if not repeatable or isinstance(error, aiohttp.ClientConnectorError):
                    raise
                return await self._post(subgraph, url, body, headers)
        except TimeoutError as error:
            raise SubgraphUnavailable(subgraph, "it did not answer in time") from error
        except aiohttp.ClientError as error:
            raise SubgraphUnavailable(subgraph, f"it cannot be reached ({error})") from error

    async def healthy(self, subgraph: str) -> bool:
        url = self._urls.get(subgraph)
        if url is None:
            return False
        try:
            async with self._opened().get(urljoin(url, "health")) as response:
                return response.status == _OK
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _post(
        self, subgraph: str, url: str, body: bytes, headers: Mapping[str, str]
    ) -> bytes:
        async with self._opened().post(
            url,
            data=body,
            headers={"content-type": "application/json", **headers},
            allow_redirects=False,
        ) as response:
            return await self._answer(subgraph, response)

    def _opened(self) -> aiohttp.ClientSession:
        # aiohttp binds a session to the running loop, so it is made on first use.
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=self._timeout,
                connector=aiohttp.TCPConnector(
                    limit=256, limit_per_host=64, keepalive_timeout=IDLE_SECONDS
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    async def _answer(self, subgraph: str, response: aiohttp.ClientResponse) -> bytes:
        if response.status == _UNSIGNED:
            raise SubgraphUnavailable(subgraph, "it refused the gateway's token")
        if response.content_type not in ("application/json", "application/graphql-response+json"):
            raise SubgraphUnavailable(
                subgraph, f"it answered {response.status} as {response.content_type}"
            )
        chunks: list[bytes] = []
        size = 0
        async for chunk in response.content.iter_any():
            size += len(chunk)
            if size > _LARGEST_ANSWER:
                raise SubgraphUnavailable(subgraph, "its answer is larger than 32 MB")
            chunks.append(chunk)
        return b"".join(chunks)
