"""Holding a lease while computing: renewed by a heartbeat, given up when it is lost."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import structlog

_log = structlog.get_logger(__name__)


class LeaseLost(Exception):
    """Somebody else may hold the work now; nothing of it may be written any more."""


@asynccontextmanager
async def holding(renew: Callable[[], Awaitable[bool]], every: float) -> AsyncIterator[None]:
    """Call `renew` each `every` seconds while the block runs.

    When it answers False the block is cancelled and LeaseLost raised. A renewal that fails for
    another reason is tried again: whether the lease still holds is asked once more, in the
    database, when the result is written.
    """
    worker = asyncio.current_task()
    if worker is None:
        raise RuntimeError("a lease is held by a task")
    before = worker.cancelling()
    lost = False

    async def beat() -> None:
        nonlocal lost
        while True:
            await asyncio.sleep(every)
            try:
                if await renew():
                    continue
            except Exception as error:
                _log.warning("lease not renewed, trying again", error=str(error))
                continue
            lost = True
            worker.cancel()
            return

    heartbeat = asyncio.create_task(beat())
    try:
        yield
    except asyncio.CancelledError:
        if lost and worker.uncancel() <= before:
            raise LeaseLost("the lease ran out or was taken away") from None
        raise
    finally:
        heartbeat.cancel()
        with suppress(asyncio.CancelledError):
            await heartbeat
