"""One producer's side: every event is confirmed, or the whole batch has failed."""

import asyncio
from collections.abc import Sequence

from aiormq import Channel, spec

from shared.messaging.bus import BusUnavailable
from shared.messaging.rabbitmq.connection import (
    FAULTS,
    SETUP_SECONDS,
    close_channel,
    explain,
    limited,
    open_channel,
)
from shared.messaging.rabbitmq.topology import declare_producer, exchange_of
from shared.messaging.subscriptions import readers_of

_WINDOW = 200
_CONFIRM_SECONDS = 10.0
_PERSISTENT = 2


class Publisher:
    """Publishes for `producer` on a channel of its own, which it gives up at the first fault.

    What comes after a fault begins by declaring everything again: the broker may have been wiped.
    """

    def __init__(self, url: str, producer: str) -> None:
        self._url = url
        self._producer = producer
        self._channel: Channel | None = None
        self._turn = asyncio.Lock()

    async def publish(self, bodies: Sequence[bytes]) -> None:
        """Return once all are confirmed. Raises BusUnavailable; some may have arrived then."""
        async with self._turn:
            try:
                await self._publish(bodies)
            except FAULTS as error:
                await self._give_up()
                raise BusUnavailable(explain(error)) from error
            except BaseException:
                await self._give_up()
                raise

    async def close(self) -> None:
        await self._give_up()

    async def _publish(self, bodies: Sequence[bytes]) -> None:
        channel = await self._declared()
        for start in range(0, len(bodies), _WINDOW):
            async with limited(_CONFIRM_SECONDS):
                # Tasks begin in the order in which they were made, and the channel is first come,
                # first served: so the events keep their order.
                await asyncio.gather(
                    *(self._send(channel, body) for body in bodies[start : start + _WINDOW])
                )

    async def _declared(self) -> Channel:
        if self._channel is None or self._channel.is_closed:
            async with limited(SETUP_SECONDS):
                self._channel = await open_channel(
                    self._url, f"{self._producer} relay", confirms=True
                )
                await declare_producer(self._channel, self._producer)
        return self._channel

    async def _send(self, channel: Channel, body: bytes) -> None:
        await channel.basic_publish(
            body,
            exchange=exchange_of(self._producer),
            routing_key=self._producer,
            mandatory=mandatory(self._producer),
            properties=spec.Basic.Properties(delivery_mode=_PERSISTENT),
            wait=False,
        )

    async def _give_up(self) -> None:
        channel, self._channel = self._channel, None
        if channel is not None:
            await close_channel(channel)


def mandatory(producer: str) -> bool:
    """Whether RabbitMQ must return what it finds no queue for, instead of confirming its loss."""
    return bool(readers_of(producer))
