"""Small programs for the supervisor to run, and ways to look at their processes."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import psutil

from partline.supervisor.logbook import Logbook
from partline.supervisor.program import Probe, Program

WAIT_SECONDS = 20.0

_SERVER = """
import pathlib, subprocess, sys, time
marker = pathlib.Path(sys.argv[1])
if "with-child" in sys.argv:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    marker.with_suffix(".child").write_text(str(child.pid))
if "deaf" in sys.argv:
    import signal
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
marker.write_text("ready")
time.sleep(600)
"""


def server(folder: Path, name: str, *traits: str, after: tuple[str, ...] = ()) -> Program:
    """A process that runs until it is stopped, ready when it has written its marker."""
    marker = folder / f"{name}.marker"
    return Program(
        name=name,
        command=(sys.executable, "-c", _SERVER, str(marker), *traits),
        ready=written(marker),
        after=after,
        stop_seconds=1.0,
    )


def task(name: str, code: str, *, after: tuple[str, ...] = ()) -> Program:
    """A process that runs once."""
    return Program(name=name, command=(sys.executable, "-c", code), ready=None, after=after)


def written(marker: Path) -> Probe:
    async def probe() -> bool:
        return marker.exists()  # noqa: ASYNC240 — one look

    return probe


def logbook(folder: Path) -> Logbook:
    return Logbook(folder / "logs", (), lambda _: None, colour=False)


def lives(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not waited for yet does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


async def until(condition: Callable[[], bool], seconds: float = WAIT_SECONDS) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 — nobody tells us
            await asyncio.sleep(0.02)
