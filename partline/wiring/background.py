"""What runs beside a service's requests: its relay, its consumers and its own endless work."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

import structlog

from shared.messaging.bus import Bus
from shared.messaging.journal import Journal
from shared.messaging.receiver import Receiver
from shared.messaging.reconciler import Reconciler
from shared.messaging.relay import Relay
from shared.messaging.retention import Retention
from shared.service import Service

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0

Endless = Callable[[], Awaitable[None]]
_log = structlog.get_logger(__name__)


def background_of(
    service: Service, bus: Bus, journals: Mapping[str, Journal]
) -> Sequence[tuple[str, Endless]]:
    """Every endless coroutine of a service, with a name for the log.

    `journals` has those of all producers that its consumers listen to.
    """
    database, name = service.runtime.database, service.name
    receivers = [Receiver(database, bus, consumer) for consumer in service.consumers]
    reconcilers = [Reconciler(database, receiver, journals) for receiver in receivers]
    retention = Retention(name, database, days=service.runtime.settings.event_retention_days)
    return [
        (f"{name} relay", Relay(name, database, bus).run),
        (f"{name} retention", retention.run),
        *((f"{receiver.consumer.name} consumer", receiver.run) for receiver in receivers),
        *((f"{one.consumer.name} reconciler", one.run) for one in reconcilers),
        *((f"{service.name} {_named(work)}", work) for work in service.background),
    ]


@asynccontextmanager
async def running(works: Sequence[tuple[str, Endless]]) -> AsyncIterator[None]:
    """Run endless coroutines for the time of the block; one that fails is started again."""
    tasks = [asyncio.create_task(_keep(name, work), name=name) for name, work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _named(work: Endless) -> str:
    return str(getattr(work, "__name__", type(work).__name__))


def pause_after(last_pause: float | None, ran_seconds: float) -> float:
    """Seconds until failed work is started again: doubled each time while it fails at once, and
    short again after it has run well for a while."""
    if last_pause is None or ran_seconds > LONGEST_PAUSE_SECONDS:
        return FIRST_PAUSE_SECONDS
    return min(last_pause * 2, LONGEST_PAUSE_SECONDS)


async def _keep(name: str, work: Endless) -> None:
    pause = None
    while True:
        began = time.monotonic()
        failure: Exception | None = None
        try:
            await work()
        except Exception as error:
            failure = error
        pause = pause_after(pause, time.monotonic() - began)
        words = "ended by itself" if failure is None else "failed"
        _log.error(f"background work {words}", work=name, again_in_seconds=pause, exc_info=failure)
        await asyncio.sleep(pause)
