"""A worker process: the tasks of one pool, of the services that have some."""

import asyncio

from redis import Redis
from redis.exceptions import RedisError

from jobs.pools import run
from partline.topology import POOL_SERVICES, health_key
from partline.wiring.resources import opened
from partline.wiring.services import create_service
from shared.settings import Settings
from shared.telemetry.logs import configure_logs


def run_worker(pool: str, settings: Settings) -> None:
    """Work for `pool` until a signal comes. Raises MissingSettingError before it begins."""
    configure_logs(settings)
    asyncio.run(_work(pool, settings))


def is_up(pool: str, settings: Settings) -> bool:
    """Whether a worker of the pool has reported itself lately."""
    try:
        with Redis.from_url(settings.queue_url.get_secret_value(), socket_timeout=5) as redis:
            return bool(redis.exists(health_key(pool)))
    except RedisError:
        return False


async def _work(pool: str, settings: Settings) -> None:
    async with opened(settings) as resources:
        services = [create_service(name, resources) for name in POOL_SERVICES[pool]]
        await run(pool, services, settings)
