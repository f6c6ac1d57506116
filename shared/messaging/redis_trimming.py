"""Letting go of what every reader of a stream has acknowledged, and of nothing else."""

import time

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from shared.messaging.subscriptions import readers_of

_EVERY_SECONDS = 5.0


class Trimming:
    """Trims the streams of the producers that publish here, each of them now and then."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._next: dict[str, float] = {}

    async def now_and_then(self, stream: str, producer: str) -> None:
        """Two small questions and one command, at most every few seconds."""
        now = time.monotonic()
        if now >= self._next.get(stream, 0.0):
            self._next[stream] = now + _EVERY_SECONDS
            await self.trim(stream, producer)

    async def trim(self, stream: str, producer: str) -> None:
        """Whole nodes of the stream (about a hundred entries) whose entries are all done with."""
        lowest = await self._lowest_needed(stream, producer)
        if lowest is not None:
            await self._redis.xtrim(stream, minid=lowest, approximate=True)

    async def _lowest_needed(self, stream: str, producer: str) -> str | None:
        """The first entry that a reader may still need; None while a reader has no group yet."""
        readers = readers_of(producer)
        try:
            groups = {_text(g["name"]): g for g in await self._redis.xinfo_groups(stream)}
        except ResponseError as error:
            if "no such key" in str(error):
                return None
            raise
        if not readers or not groups.keys() >= set(readers):
            return None
        # Asked after the groups: what was read before that and is not pending now is acknowledged.
        async with self._redis.pipeline(transaction=False) as pipe:
            for reader in readers:
                pipe.xpending(stream, reader)
            pending = await pipe.execute()
        needed = [
            _text(waiting["min"] if waiting["pending"] else groups[reader]["last-delivered-id"])
            for reader, waiting in zip(readers, pending, strict=True)
        ]
        return min(needed, key=_order)


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _order(entry: str) -> tuple[int, int]:
    milliseconds, _, number = entry.partition("-")
    return int(milliseconds), int(number or 0)
