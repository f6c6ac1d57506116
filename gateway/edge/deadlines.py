"""A time limit for many things at once, with one timer."""

import asyncio
from types import TracebackType


class Deadlines:
    """Ends what takes longer than `seconds`.

    As `asyncio.timeout` does, but that sets and clears a timer of the loop for each, which costs
    more than all else around a fetch. Here one timer looks at what began first.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._under_way: dict[_Watched, float] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None

    def watched(self) -> "_Watched":
        """A block that is ended with TimeoutError when its time is over."""
        return _Watched(self)

    def begin(self, watched: "_Watched") -> None:
        """Watch a block from now on."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop = loop
            self._under_way.clear()
            self._timer = None
        ends = self._under_way[watched] = loop.time() + self.seconds
        if self._timer is None:
            self._timer = loop.call_at(ends, self._look, loop)

    def end(self, watched: "_Watched") -> None:
        """The block has ended."""
        self._under_way.pop(watched, None)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        if loop is not self._loop:
            return
        self._timer = None
        now = loop.time()
        while self._under_way:
            watched, ends = next(iter(self._under_way.items()))
            if ends > now:
                self._timer = loop.call_at(ends, self._look, loop)
                return
            del self._under_way[watched]
            watched.expire()


class _Watched:
    __slots__ = ("_cancelling", "_deadlines", "_expired", "_task")

    def __init__(self, deadlines: Deadlines) -> None:
        self._deadlines = deadlines
        self._expired = False

    def __enter__(self) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("only a task can be watched")
        self._task = task
        self._cancelling = task.cancelling()
        self._deadlines.begin(self)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._deadlines.end(self)
        # Whoever else cancelled the task in the meantime wants it cancelled.
        alone = self._expired and self._task.uncancel() <= self._cancelling
        if alone and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def expire(self) -> None:
        """Cancel the task, which turns into TimeoutError on the way out."""
        self._expired = True
        self._task.cancel()
