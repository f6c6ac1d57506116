"""A process group: a program with all that it started and that did not leave it."""

import asyncio
import os
import signal
from contextlib import suppress

import psutil

_LOOK_SECONDS = 0.02


def kill_group(leader: int) -> None:
    """End every process of the group at once."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


async def until_empty(leader: int, seconds: float) -> bool:
    """Wait until nothing of the group runs any more, but no longer than `seconds`; gives whether
    that is so. A process that has been killed lives on until the kernel has time for it."""
    deadline = asyncio.get_running_loop().time() + seconds
    while _lives(leader):
        if asyncio.get_running_loop().time() > deadline:
            return False
        await asyncio.sleep(_LOOK_SECONDS)
    return True


def _lives(leader: int) -> bool:
    try:
        os.killpg(leader, 0)
    except (ProcessLookupError, PermissionError):
        return False
    # What has ended and was not waited for by its parent yet belongs to the group as well.
    return any(_runs_in(process, leader) for process in psutil.process_iter())


def _runs_in(process: psutil.Process, leader: int) -> bool:
    try:
        return os.getpgid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE
    except (ProcessLookupError, PermissionError, psutil.Error):
        return False
