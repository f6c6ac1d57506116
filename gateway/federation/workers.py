"""Threads for pure computation that would keep the event loop from everybody else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

# More threads would only take turns, and the event loop with them.
_WORKERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="graph")


def started(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
    """The future of a call that is made in one of the threads."""
    return _WORKERS.submit(function, *args, **kwargs)


async def finished(call: Future[T]) -> T:
    """The result of a call for one of those who wait for it: whoever goes away takes it from
    nobody else."""
    return await asyncio.shield(asyncio.wrap_future(call))
