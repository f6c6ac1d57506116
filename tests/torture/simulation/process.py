"""A process of the simulation: a group of tasks that lives, stands still and dies together."""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.torture.simulation.loop import SimulatedLoop

Main = Callable[["Process"], Coroutine[Any, Any, None]]
PROCESS: "ContextVar[Process | None]" = ContextVar("process", default=None)


class State(Enum):
    RUNNING = "running"
    STOPPED = "stopped"
    DEAD = "dead"


class Process:
    """Dies as by SIGKILL, between two steps of its tasks: nothing of it runs on, no `finally`.

    What it had sent before is still on its way: a commit that reached the database is made.
    """

    def __init__(self, loop: "SimulatedLoop", name: str) -> None:
        self.name = name
        self.state = State.RUNNING
        self.on_death: list[Callable[[], None]] = []
        self.on_stop: list[Callable[[], None]] = []
        self.failure: BaseException | None = None
        self.exited = False
        self._loop = loop
        self._held: list[asyncio.Handle] = []
        self._dies_in: int | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def alive(self) -> bool:
        return self.state is not State.DEAD

    def start(self, main: Main) -> None:
        self._task = self.spawn(main(self))
        self._task.add_done_callback(self._ended, context=self._loop.outside)

    def spawn(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Another task of this process."""
        context = self._loop.outside.copy()
        context.run(PROCESS.set, self)
        return self._loop.create_task(work, context=context)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self.exited = True
        self.failure = None if task.cancelled() else task.exception()
        if self.alive:
            self.kill()

    def kill(self) -> None:
        if self.state is State.DEAD:
            return
        self.state = State.DEAD
        self._held.clear()
        for told in self.on_death:
            self._loop.call_soon(told, context=self._loop.outside)

    def kill_in(self, steps: int | None) -> None:
        """Die before the step of that number from now; None takes that back."""
        self._dies_in = steps

    def stop(self) -> None:
        """As SIGSTOP."""
        if self.state is State.RUNNING:
            self.state = State.STOPPED
            for told in self.on_stop:
                self._loop.call_soon(told, context=self._loop.outside)

    def go_on(self) -> None:
        """As SIGCONT: what has become due meanwhile is done now."""
        if self.state is not State.STOPPED:
            return
        self.state = State.RUNNING
        held, self._held = self._held, []
        for handle in held:
            self._loop.give_back(handle)

    def lets_run(self, handle: asyncio.Handle) -> bool:
        """Whether the handle is run now; one of a stopped process is kept for later."""
        if self._dies_in is not None:
            self._dies_in -= 1
            if self._dies_in < 0:
                self.kill()
        if self.state is State.STOPPED:
            self._held.append(handle)
        return self.state is State.RUNNING
