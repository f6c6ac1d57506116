"""What waits to be sent to one client."""

import asyncio
from collections import deque


class TooSlow(Exception):
    """The client has not taken what waits for it."""


class Outbox:
    """A bounded line between a stream of events and the client who reads it.

    Whoever puts something in waits while `most` are waiting, so that the stream is read no faster
    than its client reads; after `patience` seconds of that the client is too slow.
    """

    def __init__(self, most: int, patience: float) -> None:
        self._most = most
        self._patience = patience
        self._waiting: deque[bytes] = deque()
        self._moved = asyncio.Condition()
        self._last: bytes | None = None

    async def put(self, item: bytes) -> None:
        """Add to the line. Raises `TooSlow`."""
        async with self._moved:
            try:
                async with asyncio.timeout(self._patience):
                    await self._moved.wait_for(lambda: len(self._waiting) < self._most)
            except TimeoutError as error:
                raise TooSlow from error
            self._waiting.append(item)
            self._moved.notify_all()

    async def end(self, last: bytes, *, at_once: bool = False) -> None:
        """Nothing more comes but `last`; with `at_once` what still waits is forgotten."""
        async with self._moved:
            if self._last is None:
                self._last = last
                if at_once:
                    self._waiting.clear()
                self._moved.notify_all()

    async def next(self, silence: float) -> tuple[bytes | None, bool]:
        """What is to be sent, and whether it is the last; None after `silence` seconds."""
        async with self._moved:
            try:
                async with asyncio.timeout(silence):
                    await self._moved.wait_for(lambda: self._waiting or self._last is not None)
            except TimeoutError:
                return None, False
            if self._waiting:
                item = self._waiting.popleft()
                self._moved.notify_all()
                return item, False
            return self._last, True
