"""What one call to a subgraph costs, by the way that it goes.

    python -m tests.benchmarks.gateway.transports [--rounds N]

CPU time of the caller's process, one call after another, a short and a long answer; the answers
must be equal. The ways take turns, and the median of the rounds counts. pyreqwest is not among
Partline's dependencies: `pip install pyreqwest` adds its line.
"""

import argparse
import importlib
import importlib.util
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import httpx
import orjson
import uvloop

from gateway.edge.transport.http import HttpTransport
from gateway.edge.transport.in_process import InProcessTransport
from tests.benchmarks.gateway.contestants import running_subgraphs
from tests.benchmarks.gateway.graph import SDL
from tests.benchmarks.gateway.subgraphs import Subgraph

_SUBGRAPH = "products"
_PRODUCTS = " ".join(f"a{number}: topProducts {{ upc name price weight }}" for number in range(50))
_QUERIES = {"short": "{ topProducts { upc name price weight } }", "long": f"{{ {_PRODUCTS} }}"}
_CALLS = 300
_HEADERS = {"content-type": "application/json"}

Call = Callable[[bytes], Awaitable[bytes]]


class _Endpoint:
    """A subgraph of the benchmark, as a subgraph in this process answers."""

    def __init__(self) -> None:
        self._subgraph = Subgraph(SDL[_SUBGRAPH])

    async def answer(self, body: bytes, token: str | None, request: str | None) -> Any:
        answered = self._subgraph.answer(body).partition(b"\r\n\r\n")[2]
        return SimpleNamespace(status=200, body=answered)


@asynccontextmanager
async def _ways(url: str) -> AsyncIterator[dict[str, Call]]:
    async with AsyncExitStack() as stack:
        inner = InProcessTransport(cast("Any", {_SUBGRAPH: _Endpoint()}))
        outer = HttpTransport({_SUBGRAPH: url}, timeout=None)
        stack.push_async_callback(outer.close)
        client = await stack.enter_async_context(httpx.AsyncClient())

        async def by_httpx(body: bytes) -> bytes:
            return (await client.post(url, content=body, headers=_HEADERS)).content

        ways: dict[str, Call] = {
            "in the same process": lambda body: inner.send(_SUBGRAPH, body, {}),
            "aiohttp, as the gateway uses it": lambda body: outer.send(_SUBGRAPH, body, {}),
            "httpx": by_httpx,
        }
        if importlib.util.find_spec("pyreqwest"):
            ways["pyreqwest"] = await _by_pyreqwest(stack, url)
        yield ways


async def _by_pyreqwest(stack: AsyncExitStack, url: str) -> Call:
    module = importlib.import_module("pyreqwest.client")
    client = await stack.enter_async_context(module.ClientBuilder().build())

    async def call(body: bytes) -> bytes:
        request = client.post(url).body_bytes(body)
        for name, value in _HEADERS.items():
            request = request.header(name, value)
        response = await request.build().send()
        return bytes(await response.bytes())

    return call


async def _microseconds(call: Call, body: bytes) -> float:
    begun = time.process_time()
    for _ in range(_CALLS):
        await call(body)
    return 1e6 * (time.process_time() - begun) / _CALLS


async def _measure(rounds: int, url: str) -> None:
    async with _ways(url) as ways:
        for name, query in _QUERIES.items():
            body = orjson.dumps({"query": query})
            answers = {way: await call(body) for way, call in ways.items()}
            assert len(set(answers.values())) == 1, answers
            spent: dict[str, list[float]] = {way: [] for way in ways}
            for _ in range(rounds):
                for way, call in ways.items():
                    spent[way].append(await _microseconds(call, body))
            print(f"{name}: {len(next(iter(answers.values())))} bytes answered")
            for way, found in spent.items():
                print(f"  {way:34}{statistics.median(found):8.0f} µs of CPU for a call")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with running_subgraphs() as addresses:
        uvloop.run(_measure(rounds, addresses[_SUBGRAPH]))


if __name__ == "__main__":
    main()
