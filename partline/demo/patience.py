"""Waiting for a system of which any part may die and come back at any time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from partline.demo.outcome import Ended, OutOfReach
from partline.demo.teller import Teller

T = TypeVar("T")

_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 1.0


class Patience:
    """One limit for the whole demo: after `seconds` whatever is waited for has failed."""

    def __init__(
        self,
        seconds: float,
        teller: Teller,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._seconds = seconds
        self._teller = teller
        self._clock = clock
        self._sleep = sleep
        self._end = clock() + seconds

    async def until(self, what: str, look: Callable[[], Awaitable[T | None]]) -> T:
        """What `look` gives once it gives something; it must be safe to call any number of times.

        OutOfReach from `look` is waited out. Raises Ended, with what was waited for and the last
        trouble, when the limit is reached.
        """
        pause, trouble = _FIRST_PAUSE, ""
        self._teller.waiting(what)
        while True:
            try:
                found = await look()
                trouble = ""
            except OutOfReach as error:
                found, trouble = None, str(error)
            if found is not None:
                return found
            if self._clock() >= self._end:
                raise Ended(self._too_late(what, trouble))
            self._teller.waiting(f"{what} ({trouble})" if trouble else what)
            await self._sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    def _too_late(self, what: str, trouble: str) -> str:
        last = f" The last trouble: {trouble}." if trouble else ""
        return (
            f"After {self._seconds:.0f} seconds the demo was still waiting for {what}.{last}"
            " `partline status` shows which part is not ready."
        )
