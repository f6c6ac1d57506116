"""Waiting for tasks and processes, but not for ever: what does not come is named."""

import asyncio
from collections.abc import Awaitable
from io import StringIO
from typing import Any, TypeVar

PATIENCE_SECONDS = 60.0
T = TypeVar("T")


async def soon(what: str, awaited: Awaitable[T]) -> T:
    """What is awaited; AssertionError, naming it, when it does not come within a minute."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await awaited
    except TimeoutError:
        raise AssertionError(f"{what} did not come in {PATIENCE_SECONDS:g} s") from None


async def line_of(process: asyncio.subprocess.Process) -> bytes:
    """The next line that a process prints."""
    assert process.stdout is not None
    return await soon(f"a line of process {process.pid}", process.stdout.readline())


async def cancelled(*tasks: "asyncio.Future[Any]") -> None:
    """Cancel tasks and wait for their end, whatever it is. AssertionError tells where those stand
    that have swallowed their cancellation."""
    for task in tasks:
        task.cancel()
    if not tasks:
        return
    ended, hanging = await asyncio.wait(tasks, timeout=PATIENCE_SECONDS)
    await asyncio.gather(*ended, return_exceptions=True)
    where = StringIO()
    for task in hanging:
        if isinstance(task, asyncio.Task):
            task.print_stack(file=where)
    assert not hanging, f"these did not end when they were cancelled:\n{where.getvalue()}"
