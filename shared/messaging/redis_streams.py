"""The bus on Redis Streams: a stream for each producer, a group for each consumer."""

import asyncio
import socket
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence

from redis.asyncio import Redis
from redis.exceptions import OutOfMemoryError, RedisError, ResponseError

from shared.messaging.bus import BusUnavailable, Delivery
from shared.messaging.outage import Outage
from shared.messaging.redis_trimming import Trimming

_BLOCK_MS = 2_000
_BATCH = 100
_WINDOW = 200
_ABANDONED_MS = 5_000
_ANSWER_SECONDS = 5.0
_FAULTS = (RedisError, OSError, TimeoutError)
_KEEPALIVE = {
    option: seconds
    for name, seconds in (("TCP_KEEPIDLE", 5), ("TCP_KEEPINTVL", 2), ("TCP_KEEPCNT", 3))
    if (option := getattr(socket, name, None)) is not None
}

Entry = tuple[bytes, dict[bytes, bytes] | None]


def _stream(producer: str) -> str:
    return f"events:{producer}"


class RedisStreams:
    """`publish` is one pipelined round trip; a reader that died is relieved after 5 s."""

    def __init__(self, url: str, member: str | None = None) -> None:
        # The limits on time are ours, around whole commands: with `socket_timeout`, redis-py wraps
        # each write into asyncio.wait_for, which on Python 3.11 can swallow a cancellation.
        self._redis = Redis.from_url(
            url,
            socket_connect_timeout=5,
            socket_keepalive=True,
            socket_keepalive_options=_KEEPALIVE,
        )
        self._trimming = Trimming(self._redis)
        self._closing = asyncio.Event()
        # Without a process id: who is started again reads at once what it had not finished. Two of
        # one name only read a message twice, which the inbox absorbs.
        self._member = member or socket.gethostname()

    async def publish(self, producer: str, bodies: Sequence[bytes]) -> None:
        stream = _stream(producer)
        try:
            # Before, so that a Redis that is full gets room by it.
            async with asyncio.timeout(_ANSWER_SECONDS):
                await self._trimming.now_and_then(stream, producer)
            for start in range(0, len(bodies), _WINDOW):
                await self._append(stream, bodies[start : start + _WINDOW])
        except _FAULTS as error:
            raise BusUnavailable(_explain(error)) from error

    async def deliveries(
        self, consumer: str, producers: Sequence[str]
    ) -> AsyncGenerator[Sequence[Delivery], None]:
        streams = [_stream(producer) for producer in producers]
        outage = Outage(consumer, self._closing)
        while not self._closing.is_set():
            try:
                await self._create_groups(consumer, streams)
                outage.over()
                async for batch in self._read(consumer, streams):
                    yield batch
            except _FAULTS as error:
                # A wiped bus answers NOGROUP: the groups are made again at the top of the loop.
                if not self._closing.is_set():
                    await outage.wait(_explain(error))

    async def acknowledge(self, consumer: str, deliveries: Sequence[Delivery]) -> None:
        receipts: dict[str, list[str]] = {}
        for delivery in deliveries:
            receipts.setdefault(_stream(delivery.producer), []).append(delivery.receipt)
        try:
            async with (
                asyncio.timeout(_ANSWER_SECONDS),
                self._redis.pipeline(transaction=False) as pipe,
            ):
                for stream, of_stream in receipts.items():
                    pipe.xack(stream, consumer, *of_stream)
                await pipe.execute()
        except _FAULTS as error:
            raise BusUnavailable(_explain(error)) from error

    async def close(self) -> None:
        self._closing.set()
        await self._redis.aclose()

    async def _append(self, stream: str, bodies: Sequence[bytes]) -> None:
        async with (
            asyncio.timeout(_ANSWER_SECONDS),
            self._redis.pipeline(transaction=False) as pipe,
        ):
            for body in bodies:
                pipe.xadd(stream, {"body": body})
            await pipe.execute()

    async def _create_groups(self, consumer: str, streams: Sequence[str]) -> None:
        for stream in streams:
            try:
                async with asyncio.timeout(_ANSWER_SECONDS):
                    await self._redis.xgroup_create(stream, consumer, id="0", mkstream=True)
            except OutOfMemoryError:
                # Refused even if the group is there. Who cannot read now cannot make room either.
                continue
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
        while not self._closing.is_set():
            async with asyncio.timeout(_BLOCK_MS / 1000 + _ANSWER_SECONDS):
                answer = await self._redis.xreadgroup(
                    consumer, self._member, dict.fromkeys(streams, ">"), _BATCH, _BLOCK_MS
                )
            for name, entries in answer or ():
                yield [_delivery(name.decode(), entry, 0) for entry in entries]
            # In a stream that never rests as well: what a dead member took must not wait for that.
            if not answer or time.monotonic() - looked > _ABANDONED_MS / 1000:
                looked = time.monotonic()
                for stream in streams:
                    async for batch in self._abandoned(consumer, stream):
                        yield batch

    async def _own(self, consumer: str, stream: str) -> AsyncIterator[Sequence[Delivery]]:
        last: bytes | str = "0"
        while True:
            async with asyncio.timeout(_ANSWER_SECONDS):
                answer = await self._redis.xreadgroup(
                    consumer, self._member, {stream: last}, _BATCH
                )
                entries: list[Entry] = [entry for _, found in answer or () for entry in found]
                batch = await self._again(consumer, stream, entries)
            if batch:
                yield batch
            if not entries:
                return
            last = entries[-1][0]

    async def _abandoned(self, consumer: str, stream: str) -> AsyncIterator[Sequence[Delivery]]:
        cursor: bytes = b"0-0"
        while True:
            async with asyncio.timeout(_ANSWER_SECONDS):
                cursor, entries, *_ = await self._redis.xautoclaim(
                    stream, consumer, self._member, _ABANDONED_MS, cursor, _BATCH
                )
                batch = await self._again(consumer, stream, entries)
            if batch:
                yield batch
            if cursor == b"0-0":
                return

    async def _again(
        self, consumer: str, stream: str, entries: Sequence[Entry]
    ) -> Sequence[Delivery]:
        """Entries that were handed out before, with how often; what was deleted is passed over."""
        gone = [receipt for receipt, fields in entries if not fields]
        if gone:
            await self._redis.xack(stream, consumer, *gone)
        kept = [entry for entry in entries if entry[1]]
        if not kept:
            return []
        pending = await self._redis.xpending_range(
            stream, consumer, kept[0][0], kept[-1][0], 10 * _BATCH, self._member
        )
        # Redis has counted this time already.
        earlier = {found["message_id"]: found["times_delivered"] - 1 for found in pending}
        return [_delivery(stream, entry, max(earlier.get(entry[0], 1), 1)) for entry in kept]


def _delivery(stream: str, entry: Entry, earlier: int) -> Delivery:
    receipt, fields = entry
    return Delivery(
        producer=stream.removeprefix("events:"),
        receipt=receipt.decode(),
        body=(fields or {}).get(b"body", b""),
        earlier=earlier,
    )


def _explain(error: Exception) -> str:
    if isinstance(error, OutOfMemoryError):
        return (
            "Redis refuses to write since its memory is full: give it more (maxmemory), or look "
            "which consumer has stopped to acknowledge"
        )
    if "WRONGTYPE" in str(error):
        return (
            "a key events:… in Redis holds something else than a stream: another program uses "
            "this database. Give the bus one of its own in PARTLINE_BUS_URL, or delete the key"
        )
    if isinstance(error, TimeoutError):
        return f"Redis did not answer within {_ANSWER_SECONDS:.0f} s"
    return str(error) or repr(error)
