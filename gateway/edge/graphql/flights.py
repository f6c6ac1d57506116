"""Single-flight: what several ask for at the same moment is asked once."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Flights(Generic[Result]):
    """Executions that are under way, by all that their result depends on.

    Whoever asks while one is under way gets its result. Nothing is kept after the landing, so
    this is no cache: an answer is never older than its question.
    """

    def __init__(self) -> None:
        self._under_way: dict[Hashable, asyncio.Future[Result | None]] = {}
        self.joined = 0

    async def run(self, key: Hashable, execute: Callable[[], Awaitable[Result]]) -> Result:
        """The result of `execute`, or of the one under way with the same `key`.

        Whoever executes may be cancelled or fail: then the next in line executes for itself.
        """
        while (under_way := self._under_way.get(key)) is not None:
            self.joined += 1
            result = await asyncio.shield(under_way)
            if result is not None:
                return result
        landing: asyncio.Future[Result | None] = asyncio.get_running_loop().create_future()
        self._under_way[key] = landing
        landed: Result | None = None
        try:
            landed = await execute()
        finally:
            del self._under_way[key]
            landing.set_result(landed)
        return landed
