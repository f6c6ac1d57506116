"""A worker process: the tasks of some pools, of the services that have some."""

import asyncio
from collections.abc import Coroutine, Sequence
from signal import SIGINT, SIGTERM

from redis import Redis
from redis.exceptions import RedisError

from jobs.pools import run
from partline.topology import POOL_SERVICES, health_key
from partline.wiring.durability import refuse_unsafe
from partline.wiring.resources import opened
from partline.wiring.services import create_service
from shared.settings import Settings
from shared.telemetry.logs import configure_logs


def run_worker(pools: Sequence[str], settings: Settings) -> None:
    """Work for `pools` until a signal comes. Raises SettingError before it begins."""
    configure_logs(settings)
    asyncio.run(until_signal(_work(pools, settings)))


def all_up(pools: Sequence[str], settings: Settings) -> bool:
    """Whether a worker of each pool has reported itself lately."""
    keys = [health_key(pool) for pool in pools]
    try:
        with Redis.from_url(settings.queue_url.get_secret_value(), socket_timeout=5) as redis:
            return int(redis.exists(*keys)) == len(keys)
    except RedisError:
        return False


async def until_signal(work: Coroutine[None, None, None]) -> None:
    """Do `work`; SIGTERM or SIGINT cancels it, from its first moment on."""
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    for signal in (SIGTERM, SIGINT):
        loop.add_signal_handler(signal, told.set)
    working = loop.create_task(work)
    waiting = loop.create_task(told.wait())
    await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not working.done():
        working.cancel()
        await asyncio.wait({working})
    for signal in (SIGTERM, SIGINT):
        loop.remove_signal_handler(signal)
    if not working.cancelled():
        working.result()


async def _work(pools: Sequence[str], settings: Settings) -> None:
    names = dict.fromkeys(name for pool in pools for name in POOL_SERVICES[pool])
    async with opened(settings) as resources:
        services = [create_service(name, resources) for name in names]
        await refuse_unsafe(service.runtime.database for service in services)
        works = [asyncio.create_task(run(pool, services, settings)) for pool in pools]
        try:
            # An error ends one of them; the others end with it.
            done, _ = await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for work in works:
                work.cancel()
            await asyncio.gather(*works, return_exceptions=True)
        for work in done:
            work.result()
