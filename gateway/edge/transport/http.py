"""Subgraphs reached over HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import aiohttp
import orjson

from gateway.edge.transport.base import SubgraphUnavailable

# Shorter than uvicorn's five seconds: a connection is not reused while its other end closes it.
IDLE_SECONDS = 3.0
_HEALTH_TIMEOUT = aiohttp.ClientTimeout(total=10.0)
_OK = 200
_UNSIGNED = 401
# What is wrong with one request is no failure of the subgraph.
_ABOUT_THE_REQUEST = frozenset({400, 413, 414, 422, 431})
_NOBODY_BEHIND = frozenset({502, 503, 504})
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MOVED = frozenset({307, 308})
_MOST_MOVES = 3
_JSON = frozenset({"application/json", "application/graphql-response+json"})
_ASKED = {
    "content-type": "application/json",
    "accept": "application/json, application/graphql-response+json",
}
_BROKEN = (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError)


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """What subgraphs may take: connections in all and to one host, bytes of an answer, and
    seconds until a connection stands."""

    connections: int = 256
    connections_to_one: int = 64
    largest_answer: int = 32 * 1024 * 1024
    connect_seconds: float = 2.0


class HttpPool:
    """The connections to all subgraphs; several transports may share one."""

    def __init__(self, limits: HttpLimits | None = None) -> None:
        self.limits = limits or HttpLimits()
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        # aiohttp binds a session to the running loop, so it is made on first use.
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=None),
                connector=aiohttp.TCPConnector(
                    limit=self.limits.connections,
                    limit_per_host=self.limits.connections_to_one,
                    keepalive_timeout=IDLE_SECONDS,
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


class HttpTransport:
    """Sends to subgraphs over HTTP; a request is sent once, `ResilientTransport` repeats it.

    `urls` maps a subgraph's name to the address of its GraphQL endpoint. `timeout` is in
    seconds and covers one whole request. `lenient`: an answer counts by its content, whatever
    media type it claims, and a redirect (307, 308) within the same server is followed; else only
    JSON counts, and no redirect does. A `pool` that is given is not closed with this.
    Without a `timeout` whoever sends has to end what takes too long: watching twice is not free.
    """

    def __init__(
        self,
        urls: Mapping[str, str],
        *,
        timeout: float | None = 10.0,
        lenient: bool = False,
        pool: HttpPool | None = None,
    ) -> None:
        self._urls = dict(urls)
        self._pool = pool or HttpPool()
        self._owns_pool = pool is None
        self._lenient = lenient
        # Not `connect`, which would be watched for each request on a connection that stands.
        connect_seconds = self._pool.limits.connect_seconds
        self._timeout = aiohttp.ClientTimeout(total=timeout, sock_connect=connect_seconds)

    async def send(
        self, subgraph: str, body: bytes, headers: Mapping[str, str], *, repeatable: bool = False
    ) -> bytes:
        """As `Transport.send`; whether it is repeatable makes no difference here."""
        del repeatable
        url = self._urls.get(subgraph)
        if not url:
            raise SubgraphUnavailable(subgraph, "it has no address")
        try:
            return await self._sent(subgraph, url, body, {**_ASKED, **headers})
        except TimeoutError as error:
            raise SubgraphUnavailable(subgraph, "it did not answer in time") from error
        except aiohttp.ClientError as error:
            raise SubgraphUnavailable(
                subgraph,
                f"it cannot be reached ({str(error) or type(error).__name__})",
                passing=isinstance(error, _BROKEN),
            ) from error

    async def healthy(self, subgraph: str) -> bool:
        url = self._urls.get(subgraph)
        if not url:
            return False
        try:
            async with self._pool.session.get(
                urljoin(url, "health"), timeout=_HEALTH_TIMEOUT
            ) as response:
                return response.status == _OK
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def close(self) -> None:
        if self._owns_pool:
            await self._pool.close()

    async def _sent(
        self, subgraph: str, url: str, body: bytes, headers: Mapping[str, str]
    ) -> bytes:
        for _ in range(_MOST_MOVES + 1):
            async with self._pool.session.post(
                url, data=body, headers=headers, allow_redirects=False, timeout=self._timeout
            ) as response:
                if response.status not in _MOVED or not self._lenient:
                    return await self._answer(subgraph, response)
                moved = urljoin(url, response.headers.get("location", ""))
            if _server(moved) != _server(url):
                raise SubgraphUnavailable(subgraph, "it redirects to another server")
            url = moved
        raise SubgraphUnavailable(subgraph, "it redirects again and again")

    async def _answer(self, subgraph: str, response: aiohttp.ClientResponse) -> bytes:
        status, media_type = response.status, response.content_type
        if status == _UNSIGNED and not self._lenient:
            raise SubgraphUnavailable(subgraph, "it refused the gateway's token")
        if self._lenient or media_type in _JSON:
            body = (await self._read(subgraph, response)).removeprefix(_BYTE_ORDER_MARK)
            if (status == _OK and media_type in _JSON) or _is_graphql(body):
                return body
        raise SubgraphUnavailable(
            subgraph,
            f"it answered {status} as {media_type}",
            passing=status in _NOBODY_BEHIND,
            answered=status in _ABOUT_THE_REQUEST,
        )

    async def _read(self, subgraph: str, response: aiohttp.ClientResponse) -> bytes:
        chunks: list[bytes] = []
        most = self._pool.limits.largest_answer
        size = 0
        async for chunk in response.content.iter_any():
            size += len(chunk)
            if size > most:
                raise SubgraphUnavailable(
                    subgraph, f"its answer is larger than {most // 1024} KB", answered=True
                )
            chunks.append(chunk)
        return b"".join(chunks)


def _server(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _is_graphql(body: bytes) -> bool:
    """Is this a GraphQL response, whatever status and media type it came with?"""
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return isinstance(answer, dict) and ("data" in answer or "errors" in answer)
