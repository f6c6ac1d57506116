"""Exchanges and queues, which both ends declare: neither has to be started first, and a broker
that was wiped is set up again by whoever comes to it first."""

from collections.abc import Iterable

from aiormq.abc import AbstractChannel, ArgumentsType

from shared.messaging.subscriptions import readers_of

DELIVERY_LIMIT = 10
"""Deliveries of one message before RabbitMQ moves it to the consumer's queue of dead ones."""

_QUORUM: ArgumentsType = {"x-queue-type": "quorum"}
# Without a limit of its own, RabbitMQ 4 drops a message that came back twenty times.
_DEAD: ArgumentsType = {**_QUORUM, "x-delivery-limit": 1_000_000}


def exchange_of(producer: str) -> str:
    return f"partline.events.{producer}"


def queue_of(consumer: str) -> str:
    return f"partline.{consumer}"


def dead_of(consumer: str) -> str:
    """The exchange and the queue of what was delivered too often; the consumer drains it, too."""
    return f"partline.{consumer}.dead"


def arguments_of(consumer: str) -> ArgumentsType:
    """What makes a queue lose nothing; they cannot be changed once the queue exists."""
    return {
        **_QUORUM,
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": dead_of(consumer),
        "x-dead-letter-strategy": "at-least-once",
        # At-least-once dead lettering asks for it; there is no length that it could apply to.
        "x-overflow": "reject-publish",
    }


async def declare_producer(channel: AbstractChannel, producer: str) -> None:
    """The exchange of `producer` and the queue of everyone who is to hear of its events."""
    await _declare_exchange(channel, producer)
    for consumer in readers_of(producer):
        await _declare_queue(channel, consumer, (producer,))


async def declare_consumer(
    channel: AbstractChannel, consumer: str, producers: Iterable[str]
) -> None:
    """The queue of `consumer`, and the exchanges that it listens to."""
    producers = tuple(producers)
    for producer in producers:
        await _declare_exchange(channel, producer)
    await _declare_queue(channel, consumer, producers)


async def _declare_exchange(channel: AbstractChannel, producer: str) -> None:
    await channel.exchange_declare(exchange_of(producer), exchange_type="fanout", durable=True)


async def _declare_queue(channel: AbstractChannel, consumer: str, producers: Iterable[str]) -> None:
    dead, queue = dead_of(consumer), queue_of(consumer)
    await channel.exchange_declare(dead, exchange_type="fanout", durable=True)
    await channel.queue_declare(dead, durable=True, arguments=_DEAD)
    await channel.queue_bind(dead, dead)
    await channel.queue_declare(queue, durable=True, arguments=arguments_of(consumer))
    for producer in producers:
        await channel.queue_bind(queue, exchange_of(producer))
