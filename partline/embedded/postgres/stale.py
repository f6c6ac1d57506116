"""The lock file of a PostgreSQL that was killed: PostgreSQL may mistake it for a living one."""

import signal
import time
from pathlib import Path

import psutil

STOP_SECONDS = 30.0


def release_stale_lock(data: Path) -> None:
    """Make sure that no server of an earlier run holds the data folder.

    To be called only while our own lock of the state folder is held. A server that still runs on
    this folder is stopped. If it does not run, the number in `postmaster.pid` may meanwhile belong
    to another process, for which PostgreSQL would refuse to start; then the file is removed.
    """
    lock = data / "postmaster.pid"
    for server in _servers_of(data):
        server.send_signal(signal.SIGINT)
        _, stubborn = psutil.wait_procs([server], timeout=STOP_SECONDS)
        for process in stubborn:
            process.kill()
    _await_backends(data)
    lock.unlink(missing_ok=True)


def _servers_of(data: Path) -> list[psutil.Process]:
    """The postmaster on this folder: the one postgres process there that no other has started."""
    processes = _postgres_processes(data)
    pids = {process.pid for process in processes}
    return [process for process in processes if process.ppid() not in pids]


def _postgres_processes(data: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter(["name", "cwd"]):
        if process.info["name"] == "postgres" and process.info["cwd"] == str(data):
            found.append(process)
    return found


def _await_backends(data: Path) -> None:
    """Backends notice by themselves that their server died; until then they hold its memory."""
    deadline = time.monotonic() + STOP_SECONDS
    while remaining := _postgres_processes(data):
        if time.monotonic() > deadline:
            for process in remaining:
                process.kill()
        time.sleep(0.05)
