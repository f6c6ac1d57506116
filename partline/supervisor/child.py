"""One program that is kept running."""

import asyncio
import signal
import time
from dataclasses import dataclass, field
from enum import StrEnum

from partline.supervisor.group import kill_group, until_empty
from partline.supervisor.logbook import Logbook
from partline.supervisor.output import OutputPipe
from partline.supervisor.program import Program
from partline.supervisor.restarts import RestartHistory
from partline.supervisor.spawn import spawn_options

PROBE_INTERVAL_SECONDS = 0.03
LAST_WORDS_SECONDS = 2.0
KILLED_SECONDS = 5.0


class ChildState(StrEnum):
    """Where a program is in its life."""

    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass
class Child:
    """A program with its process, which is started again whenever it ends unasked."""

    program: Program
    logbook: Logbook
    state: ChildState = ChildState.WAITING
    restarts: int = 0
    failure: str = ""
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    _process: asyncio.subprocess.Process | None = None
    _spawning: asyncio.Lock = field(default_factory=asyncio.Lock)
    _ready_since: float | None = None
    _stopping: bool = False

    @property
    def pid(self) -> int | None:
        """The process's id while it runs."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    async def keep(self) -> None:
        """Run the program until it is stopped, or until its first start has failed for good."""
        history = RestartHistory()
        while not self._stopping:
            self._ready_since = None
            ever_ready = self.ready.is_set() and not self.program.runs_once
            try:
                status = await self._live()
                end = _described(status)
            except OSError as error:
                if not ever_ready:
                    self.failure = f"{self.program.name} cannot be run: {error}"
                    return self._settle(ChildState.FAILED)
                # It ran before: the machine is short of something, and will not be for ever.
                status, end = None, f"cannot be run: {error}"
            if self._stopping:
                break
            if self.program.runs_once and status == 0:
                return self._settle(ChildState.DONE)
            history = history.after_end(self._served_seconds())
            ever_ready = self.ready.is_set() and not self.program.runs_once
            if self.program.runs_once or (history.hopeless and not ever_ready):
                self.failure = f"{self.program.name} does not start: {end}"
                return self._settle(ChildState.FAILED)
            self.state = ChildState.RESTARTING
            self.restarts += 1
            self.logbook.say(
                f"{self.program.name} ended ({end}); "
                f"starting it again in {history.delay_seconds:g} s"
            )
            await asyncio.sleep(history.delay_seconds)
        return self._settle(ChildState.STOPPED)

    async def stop(self) -> None:
        """Ask the process to end; kill its group when it does not in time. Returns when nothing
        that it started runs any more."""
        self._stopping = True
        async with self._spawning:
            process = self._process
        if process is None:
            return
        if process.returncode is None:
            await self._end(process)
        await self._end_group(process.pid)

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        process.send_signal(self.program.stop_signal)
        try:
            async with asyncio.timeout(self.program.stop_seconds):
                await process.wait()
        except TimeoutError:
            self.logbook.say(
                f"{self.program.name} did not stop in {self.program.stop_seconds:g} s: killed"
            )
            self.kill()
            await process.wait()

    async def _end_group(self, leader: int) -> None:
        kill_group(leader)
        if not await until_empty(leader, KILLED_SECONDS):
            self.logbook.say(f"{self.program.name}: what it started lives on, although killed")

    def kill(self) -> None:
        """End the process and all that it started, at once."""
        self._stopping = True
        if self._process is not None:
            kill_group(self._process.pid)

    def _settle(self, state: ChildState) -> None:
        self.state = state
        if state is ChildState.DONE:
            self.ready.set()
        self.settled.set()

    def _served_seconds(self) -> float:
        return 0.0 if self._ready_since is None else time.monotonic() - self._ready_since

    async def _spawn(self, output: OutputPipe) -> asyncio.subprocess.Process | None:
        async with self._spawning:
            if self._stopping:
                return None
            self.state = ChildState.STARTING
            self._process = await asyncio.create_subprocess_exec(
                *self.program.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output.writing,
                stderr=asyncio.subprocess.STDOUT,
                **spawn_options(self.program),
            )
            return self._process

    async def _live(self) -> int:
        """One life of the process, from its start to its end; its exit status."""
        output = OutputPipe()
        reading = asyncio.create_task(output.lines(self._record))
        try:
            process = await self._spawn(output)
        finally:
            output.close_writing()
        if process is None:
            await reading
            return 0
        probing = asyncio.create_task(self._await_ready(process))
        try:
            status = await process.wait()
        finally:
            probing.cancel()
            await self._end_group(process.pid)  # what it started dies with it, and closes the pipe
            await asyncio.wait((reading, probing), timeout=LAST_WORDS_SECONDS)
            reading.cancel()
        return status

    def _record(self, line: bytes) -> None:
        self.logbook.write(self.program.name, line)

    async def _await_ready(self, process: asyncio.subprocess.Process) -> None:
        if self.program.ready is None:
            return
        try:
            async with asyncio.timeout(self.program.ready_seconds):
                while not await self.program.ready():  # noqa: ASYNC110 — nobody tells us
                    await asyncio.sleep(PROBE_INTERVAL_SECONDS)
        except TimeoutError:
            waited = self.program.ready_seconds
            self.logbook.say(f"{self.program.name} was not ready after {waited:g} s")
            kill_group(process.pid)
        except Exception as error:
            self.logbook.write(self.program.name, f"cannot be used: {error}".encode())
            kill_group(process.pid)
        else:
            self._ready_since = time.monotonic()
            self.state = ChildState.READY
            self.ready.set()
            self.settled.set()


def _described(status: int) -> str:
    if status < 0:
        return f"signal {signal.Signals(-status).name}"
    return f"exit status {status}"
