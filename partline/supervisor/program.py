"""What the supervisor needs to know of a process: how to start it, and when it is ready."""

import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from partline.supervisor.account import Account

Probe = Callable[[], Awaitable[bool]]
"""Answers whether a process can serve; never raises for a server that is merely not there yet."""


@dataclass(frozen=True, slots=True)
class Program:
    """A process to run.

    `after` names the programs that must be ready before this one starts. `stop_signal` asks it to
    end in order; after `stop_seconds` it is killed with its whole process group. `orphan_signal`
    is what the kernel sends it when the supervisor itself dies (Linux).

    A program without `ready` is a task that runs once: it is ready when it has ended with status
    0, and is not started again.
    """

    name: str
    command: tuple[str, ...]
    ready: Probe | None
    environment: Mapping[str, str] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    account: Account | None = None
    address: str = ""
    directory: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 15.0
    ready_seconds: float = 60.0
    orphan_signal: signal.Signals = signal.SIGKILL

    @property
    def runs_once(self) -> bool:
        """Whether this is a task with an end rather than a server."""
        return self.ready is None
