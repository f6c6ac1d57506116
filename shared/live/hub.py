"""Live hints of all services, fanned out to whoever follows them in this process."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from shared.live.hints import CHANNEL
from shared.live.recent_changes import RecentChanges

_log = structlog.get_logger(__name__)
_RECONNECT_SECONDS = 1.0


class Follower:
    """A waiting line of one: the set of topics that changed since it last looked.

    A topic that changes ten times before it is taken is one hint, so the line never holds more
    than was asked for.
    """

    def __init__(self, topics: frozenset[str]) -> None:
        self.topics = topics
        self._changed: dict[str, None] = {}
        self._wake = asyncio.Event()
        self._closed = False

    def tell(self, topic: str) -> None:
        self._changed[topic] = None
        self._wake.set()

    def close(self) -> None:
        self._closed = True
        self._wake.set()

    async def next(self, patience: float) -> list[str] | None:
        """Topics that changed, [] after `patience` seconds of silence, None at the end."""
        try:
            await asyncio.wait_for(self._wake.wait(), patience)
        except TimeoutError:
            return []
        if self._closed:
            return None
        self._wake.clear()
        changed = list(self._changed)
        self._changed.clear()
        return changed


class LiveHub:
    """One subscription to the hints of all services, fanned out to this process's followers.

    `run` keeps the subscription, also over a restart of Valkey: after each reconnect every
    follower is told that all its topics changed, since hints may have been missed.
    """

    def __init__(self, redis: Redis, memory: RecentChanges) -> None:
        self._redis = redis
        self._memory = memory
        self._followers: defaultdict[str, set[Follower]] = defaultdict(set)
        self._closed = False

    @asynccontextmanager
    async def follow(
        self, topics: frozenset[str], since: int | None = None
    ) -> AsyncIterator[Follower]:
        """A follower that is told of changes of `topics` for the length of the block.

        With `since` (milliseconds since 1970) it is first told what changed after that, so
        nothing is lost between the making of a page and the opening of its stream.
        """
        follower = Follower(topics)
        if since is not None:
            for topic in self._memory.changed_after(since, topics):
                follower.tell(topic)
        if self._closed:
            follower.close()
        for topic in topics:
            self._followers[topic].add(follower)
        try:
            yield follower
        finally:
            for topic in topics:
                self._followers[topic].discard(follower)
                if not self._followers[topic]:
                    del self._followers[topic]

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            try:
                await self._listen()
            except (RedisError, OSError) as error:
                _log.warning("live hints are interrupted: Valkey is away", error=str(error))
            await asyncio.sleep(_RECONNECT_SECONDS)

    def close(self) -> None:
        """End every stream, so that a server that shuts down need not wait for browsers."""
        self._closed = True
        for follower in self._everybody():
            follower.close()

    @property
    def followers(self) -> int:
        """How many streams are open."""
        return len(self._everybody())

    async def _listen(self) -> None:
        async with self._redis.pubsub(ignore_subscribe_messages=False) as subscription:
            await subscription.subscribe(CHANNEL)
            async for message in subscription.listen():
                if message["type"] == "subscribe":
                    self._memory.forget()
                    self._tell_everybody()
                elif message["type"] == "message":
                    self._tell(message["data"])

    def _tell(self, data: bytes | str) -> None:
        topic = data.decode(errors="replace") if isinstance(data, bytes) else data
        self._memory.remember(topic)
        for follower in self._followers.get(topic, ()):
            follower.tell(topic)

    def _tell_everybody(self) -> None:
        for follower in self._everybody():
            for topic in follower.topics:
                follower.tell(topic)

    def _everybody(self) -> set[Follower]:
        return {follower for followers in self._followers.values() for follower in followers}
