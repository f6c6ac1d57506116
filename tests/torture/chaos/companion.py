"""A process of the rig's own that is told what to do in lines of JSON."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from partline.supervisor.spawn import follow_parent

Line = Mapping[str, Any]
_LONGEST_LINE = 1 << 20


class CompanionFailed(Exception):
    """It ended by itself; the text is the end of its log."""


class Companion:
    """Runs `python -m MODULE`. What it says is given to `heard`, line by line."""

    def __init__(self, module: str, log: Path, heard: Callable[[Line], None]) -> None:
        self._module = module
        self._log = log
        self._heard = heard
        self._process: asyncio.subprocess.Process | None = None
        self._listening: asyncio.Task[None] | None = None
        self._asked: set[asyncio.Future[Any]] = set()

    async def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", self._module),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                limit=_LONGEST_LINE,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
                start_new_session=True,
                preexec_fn=follow_parent(os.getpid(), signal.SIGTERM),
            )
        self._listening = asyncio.create_task(self._listen(self._process))

    def say(self, line: Line) -> None:
        """Tell it something; what it answers comes to `heard`."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(line).encode() + b"\n")

    def answer(self) -> "asyncio.Future[Any]":
        """Something that `heard` will set; it fails when the process ends before."""
        asked: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._asked.add(asked)
        asked.add_done_callback(self._asked.discard)
        return asked

    async def close(self) -> None:
        """Let it end by closing its input."""
        if self._process is None or self._process.stdin is None:
            return
        self._process.stdin.close()
        try:
            async with asyncio.timeout(5):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        if self._listening is not None:
            # A process that it left behind would keep the pipe open.
            await asyncio.wait([self._listening], timeout=5)
            self._listening.cancel()

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while line := await process.stdout.readline():
            self._heard(json.loads(line))
        failure = CompanionFailed(f"{self._module} ended:\n{self._log.read_text()[-4000:]}")
        for asked in tuple(self._asked):
            if not asked.done():
                asked.set_exception(failure)
