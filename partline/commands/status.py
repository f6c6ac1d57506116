"""`partline status`."""

import typer

from partline.commands.columns import columns
from partline.commands.failure import fail
from partline.home import Home, home_folder
from partline.supervisor.lock import holder
from partline.supervisor.record import ProcessRecord, RunRecord, memory_bytes, own_memory_bytes

_HEADINGS = ("process", "pid", "state", "restarts", "memory", "address")


def status() -> None:
    """Show the processes: id, state, restarts, memory and address.

    Memory is in MB and counts a page that processes share once. The exit status is 0 when all of
    Partline is ready, and 1 when it does not run or is not ready yet.
    """
    home = Home(home_folder())
    pid = holder(home.lock)
    record = RunRecord.read(home.record)
    if pid is None or record is None:
        fail("Partline does not run from this folder. Start it with `make up` or `partline up`.")
    rows = [_row(process) for process in record.processes]
    own = _megabytes(own_memory_bytes(pid))
    table = [_HEADINGS, ("supervisor", str(pid), "ready", "0", own, ""), *rows]
    for line in columns(table):
        typer.echo(line)
    typer.echo(f"\n{record.address}  {_megabytes(memory_bytes(pid))} MB in all")
    if record.ready_seconds is None:
        fail("not everything is ready yet")
    typer.echo(f"ready {record.ready_seconds:.1f} s after the start")


def _row(process: ProcessRecord) -> tuple[str, ...]:
    return (
        process.name,
        str(process.pid or ""),
        process.state,
        str(process.restarts),
        _megabytes(memory_bytes(process.pid)) if process.pid else "",
        process.address,
    )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.0f}"
