"""An event loop without a clock, sockets or threads: the same seed gives the same run.

Time is virtual: when nothing is ready it jumps to the next timer, so that sleeping costs nothing.
Of the tasks that are ready one is chosen by chance, as the network and the scheduler of a real
machine would; whatever asyncio itself calls between two steps of tasks keeps its order.
"""

import asyncio
import heapq
import random
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context, copy_context
from itertools import count
from typing import Any

from tests.torture.simulation.process import PROCESS, Process

_STEPS_AT_ONE_MOMENT = 200_000
_AT_ONCE = 1e-9

Handle = asyncio.Handle


class Stuck(Exception):
    """Nothing is ready and no timer is set, or one moment never ends."""


class SimulatedLoop(asyncio.BaseEventLoop):
    """Runs processes (`process.py`), each of which may be stopped or killed between two steps."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.chance = random.Random(seed)
        self.outside: Context = copy_context()
        self.steps = 0
        self._moment = 0.0
        self._since_moment = 0
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._numbers = count()
        self._calls: deque[Handle] = deque()
        self._tasks: list[Handle] = []
        self._made: list[asyncio.Task[Any]] = []

    def time(self) -> float:
        return self._moment

    def later(self, delay: float, callback: Callable[..., object], *args: Any) -> None:
        """Call after `delay` seconds, whatever becomes of the process that asked."""
        self.call_at(self._moment + delay, callback, *args, context=self.outside)

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self._moment + delay, callback, *args, context=context)

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        heapq.heappush(self._timers, (when, next(self._numbers), timer))
        return timer

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> Handle:
        handle = Handle(callback, args, self, context)
        if isinstance(getattr(callback, "__self__", None), asyncio.Task):
            self._tasks.append(handle)
        else:
            self._calls.append(handle)
        return handle

    def call_soon_threadsafe(self, *_: Any, **__: Any) -> Handle:  # type: ignore[override]
        raise RuntimeError("there are no threads in a simulation")

    def run_in_executor(self, *_: Any) -> Any:  # type: ignore[override]
        raise RuntimeError("there are no threads in a simulation")

    def create_task(self, coro: Any, **options: Any) -> "asyncio.Task[Any]":
        # Kept to the end: a killed task that nobody refers to would run its `finally` when it is
        # collected.
        task = super().create_task(coro, **options)
        self._made.append(task)
        return task

    def give_back(self, handle: Handle) -> None:
        """A handle that waited while its process was stopped."""
        if isinstance(getattr(handle._callback, "__self__", None), asyncio.Task):  # type: ignore[attr-defined]
            self._tasks.append(handle)
        else:
            self._calls.append(handle)

    def _run_once(self) -> None:
        # Named and called by BaseEventLoop.run_forever.
        handle = self._next()
        if handle._cancelled:
            return
        process: Process | None = handle._context.get(PROCESS)  # type: ignore[attr-defined]
        if process is not None and not process.lets_run(handle):
            return
        self.steps += 1
        handle._run()

    def _next(self) -> Handle:
        if not self._calls and not self._tasks:
            self._advance()
        self._since_moment += 1
        if self._since_moment > _STEPS_AT_ONE_MOMENT:
            raise Stuck(f"{_STEPS_AT_ONE_MOMENT} steps at {self._moment} and no end")
        if self._calls:
            return self._calls.popleft()
        tasks = self._tasks
        chosen = int(self.chance.random() * len(tasks)) if len(tasks) > 1 else 0
        tasks[chosen], tasks[-1] = tasks[-1], tasks[chosen]
        return tasks.pop()

    def _advance(self) -> None:
        timers = self._timers
        while timers and timers[0][2]._cancelled:
            heapq.heappop(timers)
        if not timers:
            raise Stuck("nothing is ready and nothing is waited for")
        self._moment = max(self._moment, timers[0][0])
        self._since_moment = 0
        due: list[Handle] = []
        while timers and timers[0][0] <= self._moment + _AT_ONCE:
            due.append(heapq.heappop(timers)[2])
        if len(due) > 1:
            self.chance.shuffle(due)
        self._calls.extend(due)

    def _asyncgen_finalizer_hook(self, agen: Any) -> None:
        # What a killed process leaves must not be tidied up by anybody.
        process = PROCESS.get()
        if process is not None and process.alive:
            self.create_task(agen.aclose())

    def bury(self) -> None:
        """After the run: end what still waits. The world must refuse whatever it asks for."""
        for task in self._made:
            if not task.done():
                task._log_destroy_pending = False  # type: ignore[attr-defined]
                with suppress(BaseException):
                    task.get_coro().close()
        self._made.clear()
        self._calls.clear()
        self._tasks.clear()
        self._timers.clear()

    def _timer_handle_cancelled(self, _: asyncio.TimerHandle) -> None:
        """It is passed over when its time has come."""

    def _write_to_self(self) -> None:
        raise RuntimeError("there are no threads in a simulation")

    def _process_events(self, _: object) -> None:
        raise RuntimeError("there are no sockets in a simulation")
