"""A Partline of one's own: `partline up` on a private state folder and port."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from partline.embedded.ports import free_port
from partline.supervisor.record import RunRecord
from tests.integration.supervisor.programs import lives

START_SECONDS = 180
STOP_SECONDS = 60


@dataclass
class Installation:
    """A state folder and a port; `up` may run on it several times."""

    home: Path
    port: int = field(default_factory=free_port)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> Mapping[str, str]:
        return {**os.environ, "PARTLINE_HOME": str(self.home), "PORT": str(self.port)}

    def run(self, *arguments: str) -> tuple[int, str]:
        """A command's exit status and what it said."""
        finished = subprocess.run(
            [sys.executable, "-m", "partline", *arguments],
            check=False,
            env=self.environment,
            cwd=self.home.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=START_SECONDS,
        )
        return finished.returncode, finished.stdout

    @contextmanager
    def up(self, *arguments: str) -> Iterator["Running"]:
        """`partline up` in the foreground, ready; stopped by Ctrl-C if it still runs."""
        log = self.home.with_suffix(".out")
        with log.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "partline", "up", *arguments],
                env=self.environment,
                cwd=self.home.parent,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        running = Running(self, process, log)
        try:
            running.await_ready()
            yield running
        finally:
            running.interrupt()

    def record(self) -> RunRecord:
        record = RunRecord.read(self.home / "run.json")
        assert record is not None
        return record


@dataclass
class Running:
    """An `up` that runs."""

    installation: Installation
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def await_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while "Partline is ready at" not in self.said:
            assert self.process.poll() is None, self.said[-6000:]
            assert time.monotonic() < deadline, self.said[-6000:]
            time.sleep(0.1)

    def pids(self) -> Mapping[str, int]:
        """Every process of this run by name."""
        processes = self.installation.record().processes
        return {process.name: process.pid for process in processes if process.pid}

    def interrupt(self) -> int:
        """Ctrl-C; gives the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(STOP_SECONDS)

    def kill(self) -> None:
        """End the supervisor without a chance to clean up."""
        self.process.kill()
        self.process.wait()

    async def until_healthy(self) -> None:
        """Wait for GET /health to answer 200."""
        async with httpx.AsyncClient(base_url=self.installation.address) as client:
            async with asyncio.timeout(START_SECONDS):
                while True:
                    try:
                        answer = await client.get("/health")
                    except httpx.HTTPError:
                        answer = httpx.Response(503)
                    if answer.status_code == 200:
                        return
                    await asyncio.sleep(0.1)

    def alive(self, pids: Mapping[str, int]) -> list[str]:
        return [name for name, pid in pids.items() if lives(pid)]


@contextmanager
def installation() -> Iterator[Installation]:
    """A fresh one, whose data is deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="partline-up-") as folder:
        made = Installation(Path(folder, "state"))
        try:
            yield made
        finally:
            made.run("down", "--erase")
