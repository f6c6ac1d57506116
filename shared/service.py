"""What a service is made of, and what it is given to run with."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from strawberry.federation import Schema

from db.engine import Database
from shared.live import LiveHub
from shared.messaging.consumer import Consumer
from shared.settings import Settings
from shared.storage import ObjectStorage

Task = Callable[..., Awaitable[None]]
"""A job's body: `async def name(*arguments: str)`, called in a worker of its pool by its name."""


class JobQueue(Protocol):
    """Heavy work for the worker pools. It carries ids; the truth of a job is a row."""

    async def enqueue(
        self, pool: str, task: str, *arguments: str, call_id: str | None = None
    ) -> None:
        """Hand over; may be lost with the queue, so that a sweeper must look after the row.

        `call_id` is never used twice. Raises QueueUnavailable.
        """

    async def waiting(self, pool: str, call_ids: Collection[str]) -> frozenset[str]:
        """Those of the calls that a worker will still take. Raises QueueUnavailable."""

    async def forget(self, pool: str, call_ids: Collection[str]) -> None:
        """Take calls out that no worker will ever end. Raises QueueUnavailable."""


class QueueUnavailable(Exception):
    """The queue cannot be reached; the row stays and the sweeper will enqueue it."""


@dataclass(frozen=True)
class Runtime:
    """What the composition root gives to a service: its own database and the shared means.

    `live` tells a service that serves subscriptions of changes; without it they look themselves.
    """

    settings: Settings
    database: Database
    storage: ObjectStorage
    queue: JobQueue
    live: LiveHub | None = None


@dataclass(frozen=True)
class Service:
    """One subgraph. `background` are endless coroutines, run beside its relay and consumers.

    `tasks` maps a worker pool to the tasks that it can run for this service. `seed` puts in what
    the service cannot be without and, with `settings.demo`, demo data; it may run again.
    """

    name: str
    runtime: Runtime
    schema: Schema
    consumers: Sequence[Consumer] = ()
    tasks: Mapping[str, Sequence[Task]] = field(default_factory=dict)
    background: Sequence[Callable[[], Awaitable[None]]] = ()
    seed: Callable[[], Awaitable[None]] | None = None
