"""The transports of the bus as tests see them: connected to, wiped and looked into from outside."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import aiormq
from redis.asyncio import Redis

from shared.messaging.bus import Bus
from shared.messaging.rabbitmq import RabbitMQ
from shared.messaging.rabbitmq.topology import (
    dead_of,
    declare_producer,
    exchange_of,
    queue_of,
)
from shared.messaging.redis_streams import RedisStreams
from shared.messaging.subscriptions import SUBSCRIPTIONS, readers_of
from shared.settings import SERVICES


class Transport(Protocol):
    """One transport; its server serves this test alone."""

    @property
    def name(self) -> str: ...

    @property
    def url(self) -> str: ...

    def connect(self, url: str | None = None, member: str | None = None) -> Bus:
        """A bus of its own, as another process has it; to be closed by the caller.

        `url` is another way to the same server, `member` another machine's name.
        """

    async def wipe(self) -> None:
        """The server forgets everything, and nobody's connection ends by it."""

    async def kept(self, producer: str) -> int:
        """How many events of `producer` wait there for readers that have acknowledged none."""

    async def put_rubbish(self, producer: str) -> None:
        """A message that none of ours has published, where the readers of `producer` see it."""


@dataclass(frozen=True)
class OnRedis:
    url: str
    name: str = "redis"

    def connect(self, url: str | None = None, member: str | None = None) -> Bus:
        return RedisStreams(url or self.url, member)

    async def wipe(self) -> None:
        async with Redis.from_url(self.url) as redis:
            await redis.flushdb()

    async def kept(self, producer: str) -> int:
        async with Redis.from_url(self.url) as redis:
            return int(await redis.xlen(f"events:{producer}"))

    async def put_rubbish(self, producer: str) -> None:
        async with Redis.from_url(self.url) as redis:
            await redis.xadd(f"events:{producer}", {"something": "else"})


@dataclass(frozen=True)
class OnRabbitMQ:
    url: str
    name: str = "rabbitmq"

    def connect(self, url: str | None = None, member: str | None = None) -> Bus:
        return RabbitMQ(url or self.url)

    async def wipe(self) -> None:
        async with channel(self.url) as open_channel:
            for consumer in SUBSCRIPTIONS:
                await open_channel.queue_delete(queue_of(consumer))
                await open_channel.queue_delete(dead_of(consumer))
                await open_channel.exchange_delete(dead_of(consumer))
            for producer in SERVICES:
                await open_channel.exchange_delete(exchange_of(producer))

    async def kept(self, producer: str) -> int:
        queue = queue_of(readers_of(producer)[0])
        async with channel(self.url) as open_channel:
            return int((await open_channel.queue_declare(queue, passive=True)).message_count or 0)

    async def put_rubbish(self, producer: str) -> None:
        async with channel(self.url) as open_channel:
            await declare_producer(open_channel, producer)
            await open_channel.basic_publish(
                b"something else", exchange=exchange_of(producer), routing_key=producer
            )


@asynccontextmanager
async def channel(url: str) -> AsyncIterator[aiormq.abc.AbstractChannel]:
    """A channel to look at RabbitMQ by, without anything of ours between."""
    connection = await aiormq.connect(url)
    try:
        yield await connection.channel()
    finally:
        await connection.close()
