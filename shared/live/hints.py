"""Hints to open pages: "this changed, look again". They carry no data, so they need no rights."""

from functools import partial

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import after_commit

CHANNEL = "partline:live"
_log = structlog.get_logger(__name__)


class LiveHints:
    """Redis pub/sub: a page that misses a hint is one refresh behind, nothing more."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2)

    async def send(self, topic: str) -> None:
        """Tell whoever looks at `topic`; a bus that is away only costs the hint."""
        try:
            await self._redis.publish(CHANNEL, topic)
        except RedisError as error:
            _log.warning("live hint not sent", topic=topic, error=str(error))

    async def close(self) -> None:
        await self._redis.aclose()


def changed(session: AsyncSession, *topics: str) -> None:
    """Once this transaction is committed, let pages that show `topics` refetch.

    A topic is `order:<id>`, `model:<id>`, `quote:<model id>`, `board`, `reviews`, `mailbox`
    or `delivery`.
    """
    hints = session.info.get("live")
    if isinstance(hints, LiveHints):
        for topic in topics:
            after_commit(session, f"live {topic}", partial(hints.send, topic))
