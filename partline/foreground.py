"""One run of everything, from the first process to the last, in the foreground."""

import asyncio
import signal
import time
from collections.abc import Sequence
from dataclasses import replace

import psutil

from partline.embedded.ports import HOST, is_free
from partline.home import Home
from partline.launch import Launch
from partline.supervisor.child import Child
from partline.supervisor.leftovers import end_leftovers
from partline.supervisor.lock import SupervisorLock
from partline.supervisor.logbook import Logbook, print_line
from partline.supervisor.record import ProcessRecord, RunRecord, birth_of, memory_bytes
from partline.supervisor.supervisor import Supervisor
from partline.topology import Mode
from partline.welcome import farewell, welcome

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class PortTakenError(Exception):
    """Something else listens on the public port."""

    code = "PORT_TAKEN"

    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} is already taken{_listener(port)}. "
            f"Choose another one: PORT={port + 10} make up, or partline up --port {port + 10}."
        )


async def run_foreground(home: Home, mode: Mode, port: int, *, colour: bool) -> None:
    """Start everything, keep it running until a signal comes, and stop it again.

    Raises AlreadyRunningError, PortTakenError, EmbeddedError or StartFailedError; nothing runs
    any more then.
    """
    began = time.monotonic()
    with SupervisorLock(home.lock) as lock:
        if not is_free(port):
            raise PortTakenError(port)
        earlier = RunRecord.read(home.record)
        ended = end_leftovers(earlier) if earlier else ()
        home.claim_shelter()
        launch = Launch.create(home, mode, port)
        logbook = Logbook(home.logs, launch.names, print_line, colour=colour)
        for name in ended:
            logbook.say(f"{name} was left over from an earlier run and has been stopped")
        run = _Run(home, launch, logbook, RunRecord(lock.pid, launch.address, mode))
        await run.live(began)


class _Run:
    def __init__(self, home: Home, launch: Launch, logbook: Logbook, record: RunRecord) -> None:
        self._home = home
        self._launch = launch
        self._logbook = logbook
        self._record = record
        self._asked_to_stop = asyncio.Event()
        self._supervisor: Supervisor | None = None

    async def live(self, began: float) -> None:
        loop = asyncio.get_running_loop()
        for number in _STOP_SIGNALS:
            loop.add_signal_handler(number, self._on_signal)
        programs = await asyncio.to_thread(self._launch.programs)
        self._supervisor = Supervisor(programs, self._logbook, self._changed)
        try:
            await self._start(self._supervisor, began)
            await self._asked_to_stop.wait()
            self._logbook.say("stopping")
        finally:
            await self._supervisor.stop()
            self._home.record.unlink(missing_ok=True)
            self._logbook.close()
        print_line(farewell())

    async def _start(self, supervisor: Supervisor, began: float) -> None:
        starting = asyncio.create_task(supervisor.start())
        stopping = asyncio.create_task(self._asked_to_stop.wait())
        await asyncio.wait((starting, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not starting.done():
            starting.cancel()
            return
        starting.result()
        await asyncio.to_thread(self._launch.setup_mark.set)
        self._record = replace(self._record, ready_seconds=round(time.monotonic() - began, 1))
        self._changed(supervisor.children)
        memory = await asyncio.to_thread(memory_bytes, self._record.pid)
        print_line(welcome(self._record, memory, self._home.logs))

    def _on_signal(self) -> None:
        if self._asked_to_stop.is_set() and self._supervisor is not None:
            self._logbook.say("asked again: ending everything at once")
            self._supervisor.kill()
        self._asked_to_stop.set()

    def _changed(self, children: Sequence[Child]) -> None:
        processes = tuple(
            ProcessRecord(
                name=child.program.name,
                state=child.state,
                pid=child.pid,
                born=birth_of(child.pid),
                restarts=child.restarts,
                address=child.program.address,
            )
            for child in children
        )
        self._record = replace(self._record, processes=processes)
        self._record.write(self._home.record)


def _listener(port: int) -> str:
    """Who listens there, as far as we may know."""
    try:
        connections = psutil.net_connections("tcp")
    except (psutil.AccessDenied, OSError):
        return ""
    for connection in connections:
        listens = connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
        if listens and connection.pid and connection.laddr.ip in {HOST, "0.0.0.0", "::", "::1"}:  # noqa: S104
            return f" by {psutil.Process(connection.pid).name()} (process {connection.pid})"
    return ""
