"""Hints to open pages: "this changed, look again". They carry no data, so they need no rights."""

import asyncio
from collections.abc import Collection
from functools import partial

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import after_commit

CHANNEL = "partline:live"
_ANSWER_SECONDS = 2.0
_log = structlog.get_logger(__name__)


class LiveHints:
    """Redis pub/sub: a page that misses a hint is one refresh behind, nothing more."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(url, socket_connect_timeout=_ANSWER_SECONDS)
        self._topics: dict[str, None] = {}
        self._sending: asyncio.Task[None] | None = None

    async def send(self, topic: str) -> None:
        """Tell whoever looks at `topic`. Nobody waits for it, and topics that change while others
        are told go together; a Redis that is away only costs the hints."""
        self._topics[topic] = None
        if self._sending is None:
            self._sending = asyncio.create_task(self._send())

    async def close(self) -> None:
        """What was said before is told first."""
        if self._sending is not None:
            await self._sending
        await self._redis.aclose()

    async def _send(self) -> None:
        try:
            while self._topics:
                topics, self._topics = self._topics, {}
                await self._tell(topics)
        finally:
            self._sending = None

    async def _tell(self, topics: Collection[str]) -> None:
        try:
            async with (
                asyncio.timeout(_ANSWER_SECONDS),
                self._redis.pipeline(transaction=False) as pipe,
            ):
                for topic in topics:
                    pipe.publish(CHANNEL, topic)
                await pipe.execute()
        except (RedisError, OSError) as error:
            _log.warning("live hints not sent", topics=len(topics), error=str(error))


def changed(session: AsyncSession, *topics: str) -> None:
    """Once this transaction is committed, let pages that show `topics` refetch.

    A topic is `order:<id>`, `model:<id>`, `quote:<model id>`, `board`, `reviews`, `mailbox`
    or `delivery`.
    """
    hints = session.info.get("live")
    if isinstance(hints, LiveHints):
        for topic in topics:
            after_commit(session, f"live {topic}", partial(hints.send, topic))
