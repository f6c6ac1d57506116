"""The stand-alone gateway in a process of its own."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.patience import line_of, soon

ROOT = Path(__file__).parents[3]


@dataclass
class Gateway:
    """A gateway that serves."""

    process: asyncio.subprocess.Process
    line: str
    client: httpx.AsyncClient
    said: asyncio.Task[bytes] | None = None

    async def ask(
        self, query: str, headers: dict[str, str] | None = None, **more: object
    ) -> dict[str, Any]:
        """The answer to an operation, as JSON."""
        answer = await self.client.post(
            "/graphql", json={"query": query, **more}, headers=headers or {}
        )
        found: dict[str, Any] = answer.json()
        return found

    async def health(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.client.get("/health")).json()
        return found

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    async def log(self) -> str:
        """All that it wrote to its log, once it has ended."""
        assert self.said is not None
        self.terminate()
        return (await soon("the end of the gateway", self.said)).decode()


async def start(*arguments: object) -> asyncio.subprocess.Process:
    """`partline gateway` with nothing in its environment."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "partline",
        "gateway",
        "--port",
        "0",
        *(str(argument) for argument in arguments),
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@asynccontextmanager
async def running(*arguments: object) -> AsyncIterator[Gateway]:
    """A gateway that has said that it listens; ended with the block."""
    process = await start(*arguments)
    assert process.stderr is not None
    line = (await line_of(process)).decode()
    found = re.search(r"http://\S+?:\d+", line)
    if found is None:
        raise AssertionError((await soon("its log", process.stderr.read())).decode())
    said = asyncio.create_task(process.stderr.read())
    try:
        async with httpx.AsyncClient(base_url=found[0], timeout=20) as client:
            yield Gateway(process, line, client, said)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await soon("the end of its log", said)


async def refused(*arguments: object) -> tuple[int, str]:
    """The exit status and the words of a gateway that does not start."""
    process = await start(*arguments)
    _, said = await soon("the end of the gateway", process.communicate())
    assert process.returncode is not None
    return process.returncode, said.decode()


async def until(condition: Callable[[], Awaitable[object]], seconds: float = 20) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 — it is asked of another process
            await asyncio.sleep(0.02)
