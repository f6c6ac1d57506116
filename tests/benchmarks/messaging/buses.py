"""How many messages a second a transport takes and gives, without databases at its ends.

    python -m tests.benchmarks.messaging.buses [--messages 10000] [--transport redis]

Published in batches as the relay does, each batch confirmed before the next; read and acknowledged
in the batches that arrive. RabbitMQ keeps each message in the queue of every reader.
"""

import argparse
import asyncio
import time
from contextlib import aclosing

from shared.messaging.bus import Bus
from shared.messaging.rabbitmq import RabbitMQ
from shared.messaging.redis_streams import RedisStreams
from tests.benchmarks.messaging.servers import TRANSPORTS, servers

BATCH = 200
BODY = bytes(700)
ALONE = 100
HEAD = f"{'transport':<10}{'published/s':>12}{'read/s':>9}{'one message, ms p50':>21}{'p90':>6}"


async def measure(bus: Bus, messages: int) -> tuple[float, float, list[float]]:
    """Published and read a second, and the sorted times of single messages in seconds."""
    async with aclosing(bus.deliveries("crm", ("shop",))) as stream:
        first = asyncio.ensure_future(anext(stream))
        await bus.publish("shop", [BODY])
        await bus.acknowledge("crm", await first)
        began = time.perf_counter()
        for _ in range(0, messages, BATCH):
            await bus.publish("shop", [BODY] * BATCH)
        published = time.perf_counter()
        left = messages
        while left > 0:
            batch = await anext(stream)
            await bus.acknowledge("crm", batch)
            left -= len(batch)
        read = time.perf_counter()
        alone = []
        for _ in range(ALONE):
            sent = time.perf_counter()
            following = asyncio.ensure_future(anext(stream))
            await bus.publish("shop", [BODY])
            batch = await following
            alone.append(time.perf_counter() - sent)
            await bus.acknowledge("crm", batch)
    return messages / (published - began), messages / (read - published), sorted(alone)


async def run(url: str, messages: int) -> tuple[float, float, list[float]]:
    bus: Bus = RabbitMQ(url) if url.startswith("amqp") else RedisStreams(url)
    try:
        return await measure(bus, messages)
    finally:
        await bus.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--transport", choices=TRANSPORTS, action="append")
    chosen = parser.parse_args()
    messages = chosen.messages // BATCH * BATCH
    print(HEAD)
    for transport in chosen.transport or TRANSPORTS:
        with servers(transport) as world:
            taken, given, alone = asyncio.run(run(world.bus_url, messages))
        median, late = (1_000 * alone[ALONE * share // 100] for share in (50, 90))
        print(f"{transport:<10}{taken:>12.0f}{given:>9.0f}{median:>21.1f}{late:>6.1f}", flush=True)


if __name__ == "__main__":
    main()
