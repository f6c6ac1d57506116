"""Our own processes: started, watched, and started again after a short pause when they end."""

import asyncio
import os
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from partline.supervisor.program import Probe
from tests.torture.chaos.forks import Forks

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 2.0
_WELL_SECONDS = 5.0


@dataclass
class Member:
    """One process: a service, a worker pool or the gateway."""

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    ready: Probe
    pid: int | None = None
    starts: int = 0
    instruments: tuple[str, ...] = ()
    statuses: list[int] = field(default_factory=list)

    def send(self, sent: signal.Signals) -> bool:
        """Send a signal; gives whether there was a process to take it."""
        if self.pid is None:
            return False
        with suppress(ProcessLookupError):
            os.kill(self.pid, sent)
            return True
        return False


class Fleet:
    """All of them. `instruments` go before the arguments of each process."""

    def __init__(self, forks: Forks, members: Sequence[Member], instruments: Sequence[str]) -> None:
        self.members = {member.name: member for member in members}
        self._forks = forks
        self._instruments = tuple(instruments)
        self._keeping: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to keep every process running."""
        self._keeping = [asyncio.create_task(self._keep(m)) for m in self.members.values()]

    async def until_ready(self, seconds: float) -> None:
        """Return when every process answers. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            for member in self.members.values():
                while not await member.ready():  # noqa: ASYNC110 — nobody tells us
                    await asyncio.sleep(0.05)

    async def restart(self, member: Member, seconds: float = 15.0) -> bool:
        """SIGTERM, and SIGKILL when that is not enough; whether it ended by itself."""
        pid, asked = member.pid, time.monotonic()
        member.send(signal.SIGTERM)
        while member.pid == pid and pid is not None:
            if time.monotonic() - asked > seconds:
                member.send(signal.SIGKILL)
                return False
            await asyncio.sleep(0.02)
        return True

    async def stop(self) -> None:
        """End them all, in order first."""
        for keeping in self._keeping:
            keeping.cancel()
        await asyncio.gather(*self._keeping, return_exceptions=True)
        for member in self.members.values():
            member.send(signal.SIGCONT)
            member.send(signal.SIGTERM)

    async def _keep(self, member: Member) -> None:
        pause = FIRST_PAUSE
        while True:
            began = time.monotonic()
            arguments = (*self._instruments, *member.instruments, "--", *member.arguments)
            member.pid, end = await self._forks.run(member.name, arguments, member.environment)
            member.starts += 1
            member.statuses.append(await end)
            member.pid = None
            lived = time.monotonic() - began
            pause = FIRST_PAUSE if lived > _WELL_SECONDS else min(pause * 2, LONGEST_PAUSE)
            await asyncio.sleep(pause)
