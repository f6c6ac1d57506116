"""Reading from a bus, and publishing to it, as consumers and relays do."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import suppress

from shared.messaging.bus import Bus, BusUnavailable, Delivery
from tests.integration.messaging.world import until

Stream = AsyncGenerator[Sequence[Delivery], None]

CONSUMER = "crm"
PRODUCERS = ("accounts", "shop")


def bodies(count: int, prefix: str = "") -> list[bytes]:
    return [f"{prefix}{number}".encode() for number in range(count)]


async def take(stream: Stream, wanted: int, acknowledging: Bus | None = None) -> list[Delivery]:
    """The next deliveries, at least `wanted`."""
    taken: list[Delivery] = []
    async with asyncio.timeout(15):
        while len(taken) < wanted:
            batch = await anext(stream)
            assert 0 < len(batch) <= 100
            taken += batch
            if acknowledging is not None:
                await acknowledging.acknowledge(CONSUMER, batch)
    return taken


async def publish_patiently(bus: Bus, *payload: bytes) -> None:
    """As the relay does: again until it is confirmed."""

    async def published() -> bool:
        with suppress(BusUnavailable):
            await bus.publish("shop", payload)
            return True
        return False

    await until(published)


def payloads(deliveries: Iterable[Delivery]) -> list[bytes]:
    return [delivery.body for delivery in deliveries]
