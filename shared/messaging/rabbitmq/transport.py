"""RabbitMQ behind the interface of the bus, with reconnecting of our own."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from shared.messaging.bus import Delivery
from shared.messaging.outage import Outage
from shared.messaging.rabbitmq.connection import FAULTS, explain
from shared.messaging.rabbitmq.consuming import Incoming, channel_of
from shared.messaging.rabbitmq.publishing import Publisher


class RabbitMQ:
    """A connection for each producer and each consumer: one that the broker blocks, since it is
    short of memory, stops neither the acknowledgements nor the other producers."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._publishers: dict[str, Publisher] = {}
        self._incoming: dict[str, Incoming] = {}
        self._closing = asyncio.Event()

    async def publish(self, producer: str, bodies: Sequence[bytes]) -> None:
        if producer not in self._publishers:
            self._publishers[producer] = Publisher(self._url, producer)
        await self._publishers[producer].publish(bodies)

    async def deliveries(
        self, consumer: str, producers: Sequence[str]
    ) -> AsyncGenerator[Sequence[Delivery], None]:
        outage = Outage(consumer, self._closing)
        while not self._closing.is_set():
            try:
                incoming = await Incoming.open(self._url, consumer, producers)
            except FAULTS as error:
                await outage.wait(explain(error))
                continue
            outage.over()
            self._incoming[incoming.name] = incoming
            try:
                while True:
                    yield await incoming.batch()
            except FAULTS as error:
                if not self._closing.is_set():
                    await outage.wait(explain(error))
            finally:
                del self._incoming[incoming.name]
                await incoming.close()

    async def acknowledge(self, consumer: str, deliveries: Sequence[Delivery]) -> None:
        receipts: dict[str, list[str]] = {}
        for delivery in deliveries:
            receipts.setdefault(channel_of(delivery.receipt), []).append(delivery.receipt)
        for channel, of_channel in receipts.items():
            # A channel that is gone took its receipts with it: those messages come again.
            if channel in self._incoming:
                await self._incoming[channel].acknowledge(of_channel)

    async def close(self) -> None:
        self._closing.set()
        for incoming in list(self._incoming.values()):
            await incoming.close()
        for publisher in self._publishers.values():
            await publisher.close()
