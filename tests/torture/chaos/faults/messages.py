"""What travels: old events again and in another order, acknowledgements lost, poison."""

import hashlib
import random
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from shared.messaging.bus import Bus
from shared.messaging.rabbitmq import RabbitMQ
from shared.messaging.redis_streams import RedisStreams
from shared.messaging.subscriptions import SUBSCRIPTIONS, readers_of
from shared.settings import SERVICES
from tests.torture.chaos.faults.fault import Doing, Scene

_AGAIN = 60
_DIGESTED = ("operator", "crm", "notification")
_PRODUCERS = tuple(name for name in SERVICES if readers_of(name))


def repeat(scene: Scene, chance: random.Random) -> tuple[str, Doing]:
    """Old and new events of a producer once more, in any order, past its relay."""
    producer = chance.choice(_PRODUCERS)

    async def do() -> None:
        bodies = await scene.lookout.newest_bodies(producer, _AGAIN)
        chance.shuffle(bodies)
        async with _bus(scene) as bus:
            await bus.publish(producer, bodies + bodies[: len(bodies) // 2])

    return producer, do


def forget_acknowledgements(scene: Scene, chance: random.Random) -> tuple[str, Doing]:
    """A group begins again at the oldest entry: all that it acknowledged comes again."""
    consumer = chance.choice(sorted(SUBSCRIPTIONS))
    producer = chance.choice(SUBSCRIPTIONS[consumer])

    async def do() -> None:
        redis = Redis.from_url(scene.stage.valkey_url, socket_connect_timeout=5, socket_timeout=5)
        try:
            await redis.xgroup_setid(f"events:{producer}", consumer, "0")
        except ResponseError:  # the stream was wiped a moment ago
            return
        finally:
            await redis.aclose()

    return f"{consumer} of {producer}", do


def rubbish(scene: Scene, chance: random.Random) -> tuple[str, Doing]:
    """A body that is no event."""
    producer, body = chance.choice(_PRODUCERS), _rubbish(chance)

    async def do() -> None:
        content = {"producer": producer, "sha256": hashlib.sha256(body).hexdigest()}
        scene.ledger.poison("body", str(uuid.uuid4()), content)
        async with _bus(scene) as bus:
            await bus.publish(producer, [body])

    return f"{producer}: {body[:40]!r}", do


def poison(scene: Scene, chance: random.Random) -> tuple[str, Doing]:
    """An order whose events one consumer cannot digest, until it is cured."""
    consumer = chance.choice(_DIGESTED)

    async def do() -> None:
        scene.crowd.poison(consumer)

    return consumer, do


def _rubbish(chance: random.Random) -> bytes:
    number = chance.getrandbits(40)
    return (
        chance.choice(
            (
                b"\xff\xfe not even text %d" % number,
                b'{"id": "%d"}' % number,
                b"[%d]" % number,
                orjson.dumps({"id": str(uuid.UUID(int=number)), "producer": "nobody", "type": 7}),
                b"",
            )
        )
        or b"%d" % number
    )


@asynccontextmanager
async def _bus(scene: Scene) -> AsyncIterator[Bus]:
    rabbitmq = scene.stage.rabbitmq
    bus: Bus = RedisStreams(scene.stage.valkey_url) if rabbitmq is None else RabbitMQ(rabbitmq.url)
    try:
        yield bus
    finally:
        await bus.close()
