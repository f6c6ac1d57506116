"""The public GraphQL address, asked once: what was answered, or why there is no answer."""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
import orjson

from partline.demo.outcome import OutOfReach, Refused

REQUEST_SECONDS = 8.0
_NOT_NOW = frozenset({"INTERNAL", "SUBREQUEST_FAILED", "TOO_MANY_REQUESTS", "SERVICE_RESTARTS"})


class Gateway:
    """`address` is the public one."""

    def __init__(self, address: str) -> None:
        self._address = f"{address}/graphql"
        self.http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            timeout=aiohttp.ClientTimeout(total=REQUEST_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def close(self) -> None:
        await self.http.close()

    async def ask(
        self, document: str, variables: Mapping[str, object], headers: Mapping[str, str]
    ) -> dict[str, Any]:
        """The data of the answer. Raises OutOfReach, after which anything may have happened, or
        Refused, after which nothing has."""
        body = orjson.dumps({"query": document, "variables": variables})
        try:
            async with self.http.post(
                self._address, data=body, headers={"content-type": "application/json", **headers}
            ) as response:
                status, text = response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise OutOfReach(f"{type(error).__name__}: {error}") from error
        return _data(status, text)


def _data(status: int, text: bytes) -> dict[str, Any]:
    try:
        answer = orjson.loads(text)
        errors = answer.get("errors") or []
    except (orjson.JSONDecodeError, AttributeError) as error:
        raise OutOfReach(f"HTTP status {status}: {text[:200]!r}") from error
    for fault in errors:
        code = str(fault.get("extensions", {}).get("code", ""))
        message = str(fault.get("message", ""))
        if status >= 500 or code in _NOT_NOW or code.endswith("_UNAVAILABLE"):
            raise OutOfReach(f"{code}: {message}")
        raise Refused(code, message)
    if status != 200 or "data" not in answer:
        raise OutOfReach(f"HTTP status {status}: {text[:200]!r}")
    data: dict[str, Any] = answer["data"]
    return data


async def pause(seconds: float) -> None:
    """Wait before the next try."""
    await asyncio.sleep(seconds)
