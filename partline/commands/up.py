"""`partline up`."""

import asyncio
import errno
import sys
from typing import Annotated

import typer

from partline.commands.failure import fail
from partline.detached import start_detached
from partline.embedded.errors import EmbeddedError
from partline.foreground import PortTakenError, run_foreground
from partline.home import Home, home_folder
from partline.supervisor.lock import AlreadyRunningError
from partline.supervisor.supervisor import StartFailedError
from partline.topology import Mode


def up(
    detach: Annotated[
        bool, typer.Option("--detach", "-d", help="Return once all is ready; keep running.")
    ] = False,
    processes: Annotated[
        bool, typer.Option("--processes", help="Give every service a process of its own.")
    ] = False,
    port: Annotated[
        int, typer.Option(envvar="PORT", min=1, max=65535, help="The port of the public address.")
    ] = 8000,
) -> None:
    """Run everything on this machine, in the foreground.

    Starts PostgreSQL, Valkey, an S3 server and a mailbox, creates and migrates the databases, puts
    in demo data, starts the gateway, the consoles, the seven services and the workers, waits until
    all of it is healthy, and prints the addresses and the demo logins. A process that dies is
    started again. Ctrl-C stops all that was started; the data stays for the next time.
    """
    home = Home(home_folder())
    mode = Mode.PROCESSES if processes else Mode.TOGETHER
    try:
        home.create()
        if detach:
            start_detached(home, mode, port)
        else:
            asyncio.run(run_foreground(home, mode, port, colour=sys.stdout.isatty()))
    except (AlreadyRunningError, PortTakenError, EmbeddedError, StartFailedError) as error:
        fail(error)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            fail(f"The disk is full ({error.filename or home.folder}). Free some space.")
        fail(error)
