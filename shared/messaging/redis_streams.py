"""The bus on Redis Streams: a stream for each producer, a group for each consumer."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Sequence

import structlog
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from shared.messaging.bus import BusUnavailable, Delivery

_BLOCK_MS = 2_000
_BATCH = 100
_ABANDONED_MS = 5_000
_RECONNECT_SECONDS = 0.5
_log = structlog.get_logger(__name__)


def _stream(producer: str) -> str:
    return f"events:{producer}"


class RedisStreams:
    """`publish` is one pipelined round trip; a reader that died is relieved after 5 s."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(
            url, health_check_interval=15, socket_connect_timeout=5, socket_keepalive=True
        )
        # Without a process id: who is started again reads at once what it had not finished. Two of
        # one name only read a message twice, which the inbox absorbs.
        self._member = socket.gethostname()

    async def publish(self, producer: str, bodies: Sequence[bytes]) -> None:
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                for body in bodies:
                    pipe.xadd(_stream(producer), {"body": body})
                await pipe.execute()
        except RedisError as error:
            raise BusUnavailable(str(error)) from error

    async def deliveries(
        self, consumer: str, producers: Sequence[str]
    ) -> AsyncIterator[Sequence[Delivery]]:
        streams = [_stream(producer) for producer in producers]
        down = False
        while True:
            try:
                await self._create_groups(consumer, streams)
                if down:
                    _log.info("bus is back", consumer=consumer)
                    down = False
                async for batch in self._read(consumer, streams):
                    yield batch
            except RedisError as error:
                # A wiped bus answers NOGROUP: the groups are made again at the top of the loop.
                if not down and not isinstance(error, ResponseError):
                    _log.warning("bus is away, waiting for it", consumer=consumer, error=str(error))
                    down = True
                await asyncio.sleep(_RECONNECT_SECONDS)

    async def acknowledge(self, consumer: str, deliveries: Sequence[Delivery]) -> None:
        receipts: dict[str, list[str]] = {}
        for delivery in deliveries:
            receipts.setdefault(_stream(delivery.producer), []).append(delivery.receipt)
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                for stream, of_stream in receipts.items():
                    pipe.xack(stream, consumer, *of_stream)
                await pipe.execute()
        except RedisError as error:
            raise BusUnavailable(str(error)) from error

    async def close(self) -> None:
        await self._redis.aclose()

    async def _create_groups(self, consumer: str, streams: Sequence[str]) -> None:
        for stream in streams:
            try:
                await self._redis.xgroup_create(stream, consumer, id="0", mkstream=True)
            except ResponseError as error:
                if "BUSYGROUP" not in str(error):
                    raise

    async def _read(
        self, consumer: str, streams: Sequence[str]
    ) -> AsyncIterator[Sequence[Delivery]]:
        for stream in streams:  # what this member took before it was restarted
            async for batch in self._own(consumer, stream):
                yield batch
        looked = time.monotonic()
        while True:
            try:
                answer = await self._redis.xreadgroup(
                    consumer, self._member, dict.fromkeys(streams, ">"), _BATCH, _BLOCK_MS
                )
            except RedisTimeoutError as error:
                raise RedisConnectionError(str(error)) from error
            for name, entries in answer or ():
                yield [_delivery(name, receipt, fields) for receipt, fields in entries]
            # In a stream that never rests as well: what a dead member took must not wait for that.
            if not answer or time.monotonic() - looked > _ABANDONED_MS / 1000:
                looked = time.monotonic()
                for stream in streams:
                    async for batch in self._abandoned(consumer, stream):
                        yield batch

    async def _own(self, consumer: str, stream: str) -> AsyncIterator[Sequence[Delivery]]:
        answer = await self._redis.xreadgroup(consumer, self._member, {stream: "0"})
        for _, entries in answer or ():
            kept = [_delivery(stream, receipt, fields) for receipt, fields in entries if fields]
            if kept:
                yield kept

    async def _abandoned(self, consumer: str, stream: str) -> AsyncIterator[Sequence[Delivery]]:
        claimed = await self._redis.xautoclaim(
            stream, consumer, self._member, min_idle_time=_ABANDONED_MS, count=_BATCH
        )
        kept = [_delivery(stream, receipt, fields) for receipt, fields in claimed[1] if fields]
        if kept:
            yield kept


def _delivery(stream: bytes | str, receipt: bytes, fields: dict[bytes, bytes]) -> Delivery:
    name = stream.decode() if isinstance(stream, bytes) else stream
    return Delivery(
        producer=name.removeprefix("events:"),
        receipt=receipt.decode(),
        body=fields.get(b"body", b""),
    )
