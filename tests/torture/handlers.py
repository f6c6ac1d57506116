"""The services' real consumers, to be replayed and to be counted, without their processes."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib import import_module

from db.engine import Database
from shared.messaging.consumer import Consumer
from shared.messaging.subscriptions import SUBSCRIPTIONS, service_of
from shared.service import Runtime, Service
from shared.settings import SERVICES, Settings
from shared.storage import ObjectStorage

_NOWHERE = "postgresql://nobody:nothing@127.0.0.1:1/nothing"


class Silence:
    """A queue that calls nobody: what is replayed has been computed long ago."""

    async def enqueue(
        self, pool: str, task: str, *arguments: str, call_id: str | None = None
    ) -> None:
        """Does nothing."""

    async def waiting(self, pool: str, call_ids: Collection[str]) -> frozenset[str]:
        """Nobody waits."""
        return frozenset()

    async def forget(self, pool: str, call_ids: Collection[str]) -> None:
        """Does nothing."""


def service_on(name: str, database: Database, settings: Settings | None = None) -> Service:
    """The service `name` on a database of the rig's choice, with nothing running."""
    settings = settings or Settings()
    runtime = Runtime(settings, database, ObjectStorage(settings), Silence())
    made: Service = import_module(f"subgraphs.{name}.main").create(runtime)
    return made


@cache
def _consumers() -> Mapping[str, Consumer]:
    return {
        consumer.name: consumer
        for name in SERVICES
        for consumer in service_on(name, Database(_NOWHERE, name=name)).consumers
    }


def handled_types(consumer: str) -> frozenset[str] | None:
    """The events that it has a handler for; None when it has one for all."""
    known = _consumers()[consumer]
    return None if known.every is not None else frozenset(c.__name__ for c in known.handlers)


def consumers_of(service: str) -> Sequence[str]:
    """The names of the consumers that live in the database of `service`."""
    return [name for name in SUBSCRIPTIONS if service_of(name) == service]
