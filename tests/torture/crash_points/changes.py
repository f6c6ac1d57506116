"""How a process of layer B may differ from production beside dying; each is called at its start."""

import asyncio
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.torture.replacing import replace

CALLS = "TORTURE_PUBLISHED"
DEADLY = "deadly"


def allow_forgetful_database() -> None:
    """Start on a PostgreSQL without fsync: here processes die, and never the machine."""
    from db import engine
    from partline.wiring import subgraph

    async def allowed(*_: object) -> None:
        return None

    replace(engine, "refuse_unsafe", allowed)
    replace(subgraph, "refuse_unsafe", allowed)


def hurry() -> None:
    """Compare with producers soon: what is patience in production is waiting here."""
    from shared.messaging import journal_sql, reconciler

    replace(journal_sql, "FRESH_SECONDS", 0.3)
    replace(reconciler, "BUSY_SECONDS", 0.1)
    replace(reconciler, "IDLE_SECONDS", 0.5)


def deaf_bus() -> None:
    """A bus that confirms everything and delivers nothing; events are fetched one by one."""
    from shared.messaging import reconciler
    from shared.messaging.redis_streams import RedisStreams

    replace(reconciler, "PAGE", 1)

    async def publish(*_: object) -> None:
        return None

    replace(RedisStreams, "publish", publish)


def twice_bus() -> None:
    """A bus that delivers everything twice."""
    from shared.messaging.redis_streams import RedisStreams

    plain = RedisStreams.publish

    async def publish(self: RedisStreams, producer: str, bodies: Sequence[bytes]) -> None:
        await plain(self, producer, bodies)
        await plain(self, producer, bodies)

    replace(RedisStreams, "publish", publish)


def backward_bus() -> None:
    """A bus that delivers the events of a batch in the order opposite to the one they came in."""
    from shared.messaging.redis_streams import RedisStreams

    plain = RedisStreams.publish

    async def publish(self: RedisStreams, producer: str, bodies: Sequence[bytes]) -> None:
        await plain(self, producer, bodies[::-1])

    replace(RedisStreams, "publish", publish)


def counted_bus() -> None:
    """Every body that is given to the bus is a line of a file."""
    from shared.messaging.redis_streams import RedisStreams

    plain, path = RedisStreams.publish, Path(os.environ[CALLS])

    async def publish(self: RedisStreams, producer: str, bodies: Sequence[bytes]) -> None:
        await asyncio.to_thread(_note, path, bodies)
        await plain(self, producer, bodies)

    replace(RedisStreams, "publish", publish)


def _note(path: Path, bodies: Sequence[bytes]) -> None:
    with path.open("ab") as file:
        file.writelines(body + b"\n" for body in bodies)


def slow_relay() -> None:
    """A relay that takes its time between reading and publishing: two would both have read."""
    from shared.messaging.redis_streams import RedisStreams

    plain = RedisStreams.publish

    async def publish(self: RedisStreams, producer: str, bodies: Sequence[bytes]) -> None:
        await asyncio.sleep(0.5)
        await plain(self, producer, bodies)

    replace(RedisStreams, "publish", publish)


def deadly_events() -> None:
    """Orders of this reference kill whoever lets crm have them; attempts are few and soon over."""
    from shared.messaging import failures
    from subgraphs.crm.reviews.handlers import ReviewHandlers

    plain = ReviewHandlers.order_created

    async def order_created(self: ReviewHandlers, session: Any, event: Any, envelope: Any) -> None:
        if event.order.partner_reference == DEADLY:
            os.kill(os.getpid(), signal.SIGKILL)
        await plain(self, session, event, envelope)

    replace(ReviewHandlers, "order_created", order_created)
    replace(failures, "MAX_ATTEMPTS", 3)
    replace(failures, "_LEASE_SECONDS", 0.3)
