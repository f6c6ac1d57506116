"""Worker processes: one arq worker for a pool, with the tasks that the services registered.

The time limits here are the last resort: a task stops its own computing earlier, by killing the
subprocess. While a worker is gone arq keeps its calls locked for the longest limit of the pool;
that does not matter, since the services' sweepers send fresh ones as soon as a lease runs out.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

import structlog
from arq.worker import Function, Worker, func
from redis.exceptions import RedisError

from jobs.queues import Pool, connect, dump, load
from jobs.sandbox import warm_up
from jobs.scratch import clear_leftovers
from shared.service import Service, Task
from shared.settings import Settings

_POLL_SECONDS = 0.05
_REPORT_SECONDS = 5  # a worker that was killed counts as up for no longer than this
_NEVER_GIVE_UP = 1_000_000  # how often something is tried is counted in its row
_SPARE_SECONDS = 60.0
_CANCEL_SECONDS = 0.2
_log = structlog.get_logger(__name__)


class NothingToRun(Exception):
    """No service has a task for this pool."""


async def run(pool: str, services: Iterable[Service], settings: Settings) -> None:
    """Work for `pool` until it is cancelled; what was under way is cancelled with it.

    Raises redis.exceptions.ConnectionError when the queue goes away: whoever supervises this
    process starts it again. Raises NothingToRun.
    """
    chosen = Pool(pool)
    tasks = [task for service in services for task in service.tasks.get(chosen.value, ())]
    if not tasks:
        raise NothingToRun(f"No service has work for the pool {chosen.value}.")
    warm_up()
    cleared = await asyncio.to_thread(clear_leftovers, 4 * settings.pricing_wall_seconds)
    if cleared:
        _log.info("cleared what killed workers left", folders=cleared)
    worker = build(
        chosen,
        tasks,
        settings.queue_url.get_secret_value(),
        seconds=settings.pricing_wall_seconds + _SPARE_SECONDS,
    )
    _log.info("worker ready", pool=chosen.value, tasks=sorted(worker.functions))
    try:
        await attend(worker)
    finally:
        await stop(worker)


async def attend(worker: Worker) -> None:
    """Let the worker take calls until that fails, or until this is cancelled.

    The client of Redis loses a cancellation that comes while it connects, so one is not enough to
    end a worker that is just starting.
    """
    taking = asyncio.create_task(worker.async_run())
    try:
        await asyncio.wait({taking})
    finally:
        while not taking.done():
            taking.cancel()
            await asyncio.wait({taking}, timeout=_CANCEL_SECONDS)
    await taking


async def stop(worker: Worker) -> None:
    """Cancel what is under way, wait for it to give its leases back, and let the queue go."""
    under_way = list(worker.tasks.values())
    for task in under_way:
        task.cancel()
    await asyncio.gather(*under_way, return_exceptions=True)
    worker.tasks.clear()
    try:
        await worker.close()
    except RedisError as error:
        _log.warning("the queue is away", error=str(error))


def build(
    pool: Pool,
    tasks: Iterable[Task],
    redis_url: str,
    *,
    seconds: float,
) -> Worker:
    """The arq worker of a pool; `seconds` is the last resort for a task that does not return."""
    return Worker(
        functions=[_function(task) for task in tasks],
        queue_name=pool.queue_name,
        redis_pool=connect(redis_url),
        job_serializer=dump,
        job_deserializer=load,
        max_jobs=pool.slots,
        job_timeout=seconds,
        poll_delay=_POLL_SECONDS,
        max_tries=_NEVER_GIVE_UP,
        health_check_interval=_REPORT_SECONDS,
        keep_result=0,
        handle_signals=False,  # of the process, which may have several pools
    )


def _function(task: Task) -> Function:
    async def call(ctx: dict[Any, Any], *arguments: Any, **_: Any) -> None:
        del ctx
        await task(*arguments)

    return func(call, name=task.__name__, keep_result=0)
