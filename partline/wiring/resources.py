"""What services run with, opened once for a process and closed at its end."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from redis.asyncio import Redis

from db.engine import Database
from jobs.queues import Queue
from partline.wiring.errors import MissingSettingError
from shared.live import LiveHints, LiveHub
from shared.live.recent_changes import RecentChanges
from shared.messaging.bus import Bus
from shared.messaging.redis_streams import RedisStreams
from shared.service import Runtime
from shared.settings import RABBITMQ_SCHEMES, Settings, scheme_of
from shared.storage import ObjectStorage


@dataclass(frozen=True)
class Resources:
    """The connections of a process that its services share."""

    settings: Settings
    bus: Bus
    live: LiveHints
    storage: ObjectStorage
    queue: Queue
    hub: LiveHub
    _closing: AsyncExitStack

    def runtime(self, service: str) -> Runtime:
        """What `service` is given: the shared means and its own database, no other.

        Raises MissingSettingError when its database has no address.
        """
        url = self.settings.database_urls.get(service)
        if url is None:
            raise MissingSettingError(
                "PARTLINE_DATABASE_URLS", f"the address of the database of {service}"
            )
        database = Database(
            url.get_secret_value(),
            name=service,
            pool_size=self.settings.database_pool,
            info={"live": self.live},
            durable=True,
        )
        self._closing.push_async_callback(database.close)
        return Runtime(self.settings, database, self.storage, self.queue, self.hub)


def bus_of(settings: Settings) -> Bus:
    """The transport that `PARTLINE_BUS_URL` names; not connected before it is used."""
    url = settings.bus_url.get_secret_value()
    if scheme_of(settings.bus_url) in RABBITMQ_SCHEMES:
        from shared.messaging.rabbitmq import RabbitMQ  # noqa: PLC0415 — on Redis not loaded

        return RabbitMQ(url)
    return RedisStreams(url)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Resources]:
    """The resources of a process; nothing is connected before it is needed."""
    async with AsyncExitStack() as closing:
        bus = bus_of(settings)
        closing.push_async_callback(bus.close)
        live = LiveHints(settings.redis_url.get_secret_value())
        closing.push_async_callback(live.close)
        hints = Redis.from_url(settings.redis_url.get_secret_value(), socket_connect_timeout=2)
        closing.push_async_callback(hints.aclose)
        hub = LiveHub(hints, RecentChanges())
        closing.callback(hub.close)
        storage = ObjectStorage(settings)
        closing.callback(storage.close)
        queue = Queue(settings.queue_url.get_secret_value())
        closing.push_async_callback(queue.close)
        yield Resources(settings, bus, live, storage, queue, hub, closing)
