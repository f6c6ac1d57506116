"""A worker process: the tasks of one pool, of the services that have some."""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType

from jobs.pools import run
from partline.wiring.resources import opened
from partline.wiring.services import create_service
from shared.settings import Settings
from shared.telemetry.logs import configure_logs

POOL_SERVICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"priority": ("mes",), "regular": ("mes",), "models": ("editor",)}
)
"""Which services have tasks for a pool; a worker opens their databases and no other."""


def run_worker(pool: str, settings: Settings) -> None:
    """Work for `pool` until a signal comes. Raises MissingSettingError before it begins."""
    configure_logs(settings)
    asyncio.run(_work(pool, settings))


async def _work(pool: str, settings: Settings) -> None:
    async with opened(settings) as resources:
        services = [create_service(name, resources) for name in POOL_SERVICES[pool]]
        await run(pool, services, settings)
