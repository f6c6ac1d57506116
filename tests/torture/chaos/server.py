"""A server that the rig may kill and start again."""

import asyncio
import signal
import time
from contextlib import suppress
from pathlib import Path

from partline.supervisor.program import Program
from partline.supervisor.spawn import spawn_options


class ServerFailed(Exception):
    """A server did not get ready; the text holds the end of its log."""


class Server:
    """Runs `program`, with its output in a log file."""

    def __init__(self, program: Program, log: Path) -> None:
        self.program = program
        self._log = log
        self._process: asyncio.subprocess.Process | None = None

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Return once it can serve. Raises ServerFailed."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self.program.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=asyncio.subprocess.STDOUT,
                **spawn_options(self.program),
            )
        deadline = time.monotonic() + self.program.ready_seconds
        assert self.program.ready is not None
        while not await self.program.ready():
            if not self.running or time.monotonic() > deadline:
                raise ServerFailed(f"{self.name} did not start:\n{self._log.read_text()[-4000:]}")
            await asyncio.sleep(0.03)

    async def end(self, sent: signal.Signals) -> None:
        """Send a signal and wait for the end, which SIGKILL brings in the worst case."""
        if self._process is None or not self.running:
            return
        with suppress(ProcessLookupError):
            self._process.send_signal(sent)
        try:
            async with asyncio.timeout(self.program.stop_seconds):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def stop(self) -> None:
        """End it in the way that it likes."""
        await self.end(self.program.stop_signal)
