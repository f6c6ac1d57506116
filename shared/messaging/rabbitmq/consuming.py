"""One consumer's side: a channel that gives batches and takes their acknowledgements."""

import asyncio
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from uuid import uuid4

from aiormq import Channel
from aiormq.abc import DeliveredMessage
from aiormq.exceptions import AMQPConnectionError

from shared.messaging.bus import BusUnavailable, Delivery
from shared.messaging.rabbitmq.connection import (
    CLOSE_SECONDS,
    FAULTS,
    SETUP_SECONDS,
    close_channel,
    explain,
    limited,
    open_channel,
)
from shared.messaging.rabbitmq.topology import (
    DELIVERY_LIMIT,
    dead_of,
    declare_consumer,
    queue_of,
)

_BATCH = 100
_PREFETCH = 2 * _BATCH


class Incoming:
    """What RabbitMQ sends to `consumer` on one channel.

    A receipt is the channel's own name with the message's number on it: it means nothing on
    another channel, where the broker would end the channel for an unknown number or, worse,
    acknowledge another message.
    """

    def __init__(self, channel: Channel) -> None:
        self.name = uuid4().hex
        self._channel = channel
        self._waiting: deque[tuple[int, Delivery]] = deque()
        self._given: dict[int, None] = {}
        self._news = asyncio.Event()
        self._cancelled = False

    @classmethod
    async def open(cls, url: str, consumer: str, producers: Sequence[str]) -> "Incoming":
        """Declare the queue of `consumer` and begin to read it. Raises `FAULTS`."""
        async with limited(SETUP_SECONDS):
            channel = await open_channel(url, f"{consumer} consumer", confirms=False)
            try:
                incoming = cls(channel)
                await declare_consumer(channel, consumer, producers)
                await incoming._consume(consumer)
            except BaseException:
                await close_channel(channel)
                raise
            return incoming

    async def batch(self) -> Sequence[Delivery]:
        """What has arrived, at most a hundred; waits for the first. Raises `FAULTS`."""
        while not self._waiting and not self._ended:
            self._news.clear()
            await self._news.wait()
        if self._ended:  # what was not given yet comes again on the next channel
            raise AMQPConnectionError("RabbitMQ ended the delivery")
        deliveries: list[Delivery] = []
        while self._waiting and len(deliveries) < _BATCH:
            number, delivery = self._waiting.popleft()
            self._given[number] = None
            deliveries.append(delivery)
        return deliveries

    async def acknowledge(self, receipts: Iterable[str]) -> None:
        """Receipts that were acknowledged before are passed over. Raises BusUnavailable."""
        numbers = {int(receipt.partition(":")[2]) for receipt in receipts} & self._given.keys()
        if self._ended:
            return
        up_to, single = _least_acknowledgements(self._given, numbers)
        try:
            async with limited(SETUP_SECONDS):
                if up_to is not None:
                    await self._channel.basic_ack(up_to, multiple=True)
                for number in single:
                    await self._channel.basic_ack(number)
        except FAULTS as error:
            raise BusUnavailable(explain(error)) from error
        for number in numbers:
            self._given.pop(number, None)

    async def close(self) -> None:
        """Give back what was not acknowledged.

        A channel holds back acknowledgements while too many of them are on their way to a quorum
        queue, and drops them when it is closed. Being told that the consumers have ended means
        that the queues have answered what came before.
        """
        self._cancelled = True
        self._news.set()
        with suppress(*FAULTS):
            async with limited(CLOSE_SECONDS):
                for tag in list(self._channel.consumers):
                    await self._channel.basic_cancel(tag)
        await close_channel(self._channel)

    @property
    def _ended(self) -> bool:
        return self._cancelled or self._channel.is_closed

    async def _consume(self, consumer: str) -> None:
        self._channel.closing.add_done_callback(lambda _: self._news.set())
        self._channel.on_consumer_cancel_callbacks.add(self._on_cancel)
        await self._channel.basic_qos(prefetch_count=_PREFETCH)
        await self._channel.basic_consume(queue_of(consumer), self._on_message)
        await self._channel.basic_consume(dead_of(consumer), self._on_dead)

    async def _on_message(self, message: DeliveredMessage) -> None:
        self._keep(message, _earlier(message))

    async def _on_dead(self, message: DeliveredMessage) -> None:
        self._keep(message, DELIVERY_LIMIT + _earlier(message))

    async def _on_cancel(self, _: object) -> None:
        # The queue is gone: the next channel declares it anew.
        self._cancelled = True
        self._news.set()

    def _keep(self, message: DeliveredMessage, earlier: int) -> None:
        number = message.delivery_tag
        if number is None:
            return
        delivery = Delivery(
            producer=message.routing_key or "",
            receipt=f"{self.name}:{number}",
            body=bytes(message.body),
            earlier=earlier,
        )
        self._waiting.append((number, delivery))
        self._news.set()


def channel_of(receipt: str) -> str:
    """The name of the channel that gave a receipt."""
    return receipt.partition(":")[0]


def _earlier(message: DeliveredMessage) -> int:
    counted = (message.header.properties.headers or {}).get("x-delivery-count")
    if isinstance(counted, int):
        return counted
    return 1 if message.redelivered else 0


def _least_acknowledgements(
    given: Iterable[int], wanted: Collection[int]
) -> tuple[int | None, Sequence[int]]:
    """One number up to which all that was given is wanted, and the single ones beyond it."""
    up_to = None
    for number in given:
        if number not in wanted:
            break
        up_to = number
    return up_to, sorted(number for number in wanted if up_to is None or number > up_to)
