"""A run in the background: started from here, living on when the terminal closes."""

import subprocess
import sys
import time

import typer

from partline.home import Home
from partline.supervisor.lock import AlreadyRunningError, holder
from partline.supervisor.record import RunRecord, memory_bytes
from partline.supervisor.supervisor import StartFailedError
from partline.topology import Mode
from partline.welcome import welcome

POLL_SECONDS = 0.1
START_SECONDS = 300.0


def start_detached(home: Home, mode: Mode, port: int) -> None:
    """Start `partline up` in the background and return when all of it is ready.

    Raises StartFailedError with what it said when it ends instead.
    """
    running = holder(home.lock)
    if running is not None:
        raise AlreadyRunningError(running)
    home.logs.mkdir(mode=0o700, exist_ok=True)
    command = [sys.executable, "-m", "partline", "up", "--port", str(port)]
    if mode is Mode.PROCESSES:
        command.append("--processes")
    with (home.logs / "detached.log").open("w+") as errors:
        process = subprocess.Popen(  # noqa: S603 — our own command line
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
        )
        record = _await_ready(home, process)
        if record is None:
            errors.seek(0)
            raise StartFailedError(errors.read().removeprefix("partline: ").strip())
    typer.echo(welcome(record, memory_bytes(record.pid), home.logs, detached=True))


def _await_ready(home: Home, process: "subprocess.Popen[bytes]") -> RunRecord | None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        record = RunRecord.read(home.record)
        if record is not None and record.pid == process.pid and record.ready_seconds is not None:
            return record
        time.sleep(POLL_SECONDS)
    if process.poll() is None:
        process.terminate()
        process.wait()
    return None
