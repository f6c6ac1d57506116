"""Starts programs in order, keeps them running, and stops them in reverse."""

import asyncio
from collections.abc import Callable, Sequence

from partline.supervisor.child import Child, ChildState
from partline.supervisor.logbook import Logbook
from partline.supervisor.order import waves
from partline.supervisor.program import Program

WATCH_SECONDS = 0.5


class StartFailedError(Exception):
    """A program could not be started; everything has to be taken down again."""

    code = "START_FAILED"


class Supervisor:
    """A set of programs that live and end together."""

    def __init__(
        self,
        programs: Sequence[Program],
        logbook: Logbook,
        changed: Callable[[Sequence[Child]], None],
    ) -> None:
        self._waves = waves(programs)
        self._logbook = logbook
        self._changed = changed
        self._told = True
        self._tasks: list[asyncio.Task[None]] = []
        self._children = {program.name: Child(program, logbook) for program in programs}

    @property
    def children(self) -> Sequence[Child]:
        """Every program with its process, in the order of their start."""
        return [self._children[program.name] for wave in self._waves for program in wave]

    async def start(self) -> None:
        """Start everything and return when all of it is ready.

        Raises `StartFailedError` as soon as one program has failed for good. Call `stop` then.
        """
        self._tasks = [asyncio.create_task(self._run(child)) for child in self.children]
        self._tasks.append(asyncio.create_task(self._report()))
        settled = {asyncio.create_task(child.settled.wait()): child for child in self.children}
        pending = set(settled)
        try:
            while pending:
                done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                for child in (settled[task] for task in done):
                    if child.state is ChildState.FAILED:
                        tail = self._logbook.tail(child.program.name)
                        raise StartFailedError(f"{child.failure}\n{tail}".rstrip())
        finally:
            for task in pending:
                task.cancel()

    async def stop(self) -> None:
        """Stop every process, those that others rest on last. Nothing is left afterwards."""
        for wave in reversed(self._waves):
            await asyncio.gather(*(self._children[program.name].stop() for program in wave))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for child in self.children:
            child.kill()
            child.state = ChildState.STOPPED
        self._tell()

    def kill(self) -> None:
        """End every process at once, without asking."""
        for child in self.children:
            child.kill()

    async def _run(self, child: Child) -> None:
        for name in child.program.after:
            await self._children[name].ready.wait()
        await child.keep()

    async def _report(self) -> None:
        seen: list[tuple[ChildState, int | None]] = []
        while True:
            now = [(child.state, child.pid) for child in self.children]
            if now != seen and self._tell():
                seen = now
            await asyncio.sleep(WATCH_SECONDS)

    def _tell(self) -> bool:
        """Report the state of the programs; False when it cannot be kept, as on a full disk."""
        try:
            self._changed(self.children)
        except OSError as error:
            if self._told:
                self._logbook.say(f"what runs cannot be recorded, and is tried again: {error}")
            self._told = False
        else:
            self._told = True
        return self._told
