"""`partline down`."""

import os
import signal
import time
from typing import Annotated

import typer

from partline.commands.failure import fail
from partline.home import Home, home_folder
from partline.supervisor.leftovers import end_leftovers
from partline.supervisor.lock import SupervisorLock, holder
from partline.supervisor.record import RunRecord

STOP_SECONDS = 90.0
POLL_SECONDS = 0.1


def down(
    erase: Annotated[
        bool, typer.Option("--erase", help="Delete all data afterwards, for ever.")
    ] = False,
) -> None:
    """Stop what `partline up` started from this state folder, and nothing else.

    Waits until all of it has ended. Also ends processes that an `up` which was killed left behind.
    """
    home = Home(home_folder())
    _end(home)
    if erase:
        home.erase()
        typer.echo(f"The data in {home.folder} has been deleted.")


def _end(home: Home) -> None:
    pid = holder(home.lock)
    if pid is not None:
        _stop(home, pid)
        typer.echo("Partline has stopped.")
        return
    record = RunRecord.read(home.record)
    if record is None:
        typer.echo("Partline does not run from this folder.")
        return
    with SupervisorLock(home.lock):
        names = end_leftovers(record)
        home.record.unlink(missing_ok=True)
    typer.echo(f"Stopped what was left of an earlier run: {', '.join(names) or 'nothing'}.")


def _stop(home: Home, pid: int) -> None:
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while holder(home.lock) == pid:
        if time.monotonic() > deadline:
            fail(f"process {pid} has not stopped after {STOP_SECONDS:g} s; its logs: {home.logs}")
        time.sleep(POLL_SECONDS)
