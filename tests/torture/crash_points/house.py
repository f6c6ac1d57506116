"""All services in one process that can be killed at any moment, asked over a pipe.

It is what `partline serve all` runs, without the HTTP around it, so that hundreds of processes can
be started in a minute: they are forked from one that has everything loaded.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import orjson

from partline.wiring import resources as wired
from partline.wiring.background import background_of, running
from partline.wiring.resources import opened
from partline.wiring.services import create_service
from partline.wiring.subgraph import endpoint_of
from shared.graphql.endpoint import GraphQLEndpoint
from shared.identity import Identity, TokenSigner
from shared.messaging.journal_sql import SqlJournal
from shared.service import Service
from shared.settings import SERVICES, Settings
from shared.telemetry.logs import configure_logs
from tests.torture import instruments
from tests.torture.crash_points.points import crash_at
from tests.torture.replacing import replace
from tests.torture.safeguards import take_out

SIGNING_KEY = "TORTURE_SIGNING_KEY"
Services = Mapping[str, Service]


@dataclass(frozen=True, slots=True)
class Orders:
    """How a process is to run. `crashes` are as `crash_at` reads them; `changes` are functions, by
    their full names, that change the process before it starts."""

    environment: Mapping[str, str]
    log: Path
    crashes: Sequence[str] = ()
    without: Sequence[str] = ()
    changes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """GraphQL for one service, as the gateway would ask it for `identity`."""

    service: str
    identity: Identity
    query: str
    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Command:
    """A function by its full name, called with the services and `arguments` in the process."""

    function: str
    arguments: Sequence[Any]


@dataclass
class Hands:
    """A queue whose calls are answered in the same process."""

    services: Services = field(default_factory=dict)
    under_way: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)

    async def enqueue(
        self, pool: str, task: str, *arguments: str, call_id: str | None = None
    ) -> None:
        """Begin the task now."""
        bodies = {t.__name__: t for s in self.services.values() for t in s.tasks.get(pool, ())}
        if task in bodies:
            work = asyncio.ensure_future(_done(bodies[task], *arguments))
            self.under_way[call_id or work.get_name()] = work

    async def waiting(self, pool: str, call_ids: Collection[str]) -> frozenset[str]:
        """Those that have not ended."""
        del pool
        return frozenset(
            c for c in call_ids if c in self.under_way and not self.under_way[c].done()
        )

    async def forget(self, pool: str, call_ids: Collection[str]) -> None:
        """Nothing that ended is kept."""

    async def close(self) -> None:
        """What is under way ends with the process."""


async def _done(task: Callable[..., Awaitable[None]], *arguments: str) -> None:
    await task(*arguments)


def run(connection: Connection, orders: Orders) -> None:
    """The process: until the pipe is closed, or death."""
    with orders.log.open("ab", buffering=0) as log:
        os.dup2(log.fileno(), sys.stdout.fileno())
        os.dup2(log.fileno(), sys.stderr.fileno())
    os.environ.update(orders.environment)
    for change in orders.changes:
        _function(change)()
    for name in orders.without:
        take_out(name)
    instruments.install()  # around what is left
    for place in orders.crashes:
        crash_at(place)
    asyncio.run(_serve(connection))


async def _serve(connection: Connection) -> None:
    settings, hands = Settings(), Hands()
    configure_logs(settings)
    replace(wired, "Queue", lambda _: hands)
    signer = TokenSigner(os.environ[SIGNING_KEY])
    async with opened(settings) as resources:
        services = {name: create_service(name, resources) for name in SERVICES}
        hands.services = services
        endpoints = {name: endpoint_of(s, settings) for name, s in services.items()}
        journals = {name: SqlJournal(name, s.runtime.database) for name, s in services.items()}
        works = [w for s in services.values() for w in background_of(s, resources.bus, journals)]
        async with running(works):
            while True:
                try:
                    asked = await asyncio.to_thread(connection.recv)
                except EOFError:
                    return
                connection.send(await _answer(asked, services, endpoints, signer))


async def _answer(
    asked: Question | Command,
    services: Services,
    endpoints: Mapping[str, GraphQLEndpoint],
    signer: TokenSigner,
) -> Any:
    if isinstance(asked, Command):
        return await _function(asked.function)(services, *asked.arguments)
    body = orjson.dumps({"query": asked.query, "variables": dict(asked.variables)}, default=str)
    answer = await endpoints[asked.service].answer(body, signer.sign(asked.identity), None)
    return orjson.loads(answer.body)


def _function(name: str) -> Callable[..., Any]:
    module, _, function = name.rpartition(".")
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found
