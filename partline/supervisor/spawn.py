"""How a child process is started: its own session, another account, never outliving us."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import TypedDict

from partline.supervisor.account import Account
from partline.supervisor.program import Program

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class SpawnOptions(TypedDict, total=False):
    """The keyword arguments that `subprocess.Popen` and asyncio's twin have in common."""

    env: Mapping[str, str]
    cwd: str | None
    start_new_session: bool
    preexec_fn: Callable[[], None]
    user: int
    group: int
    extra_groups: list[int]


def follow_parent(parent: int, sent: signal.Signals) -> Callable[[], None]:
    """A function to run in the child before its program: ask the kernel to end it with us.

    The kernel forgets the request when a process changes its account, so this has to run after
    that; `subprocess` does it in this order.
    """

    def ask() -> None:
        if _LIBC is None:
            return
        if _LIBC.prctl(PR_SET_PDEATHSIG, int(sent), 0, 0, 0) != 0:
            os._exit(71)
        if os.getppid() != parent:  # we died between the fork and the request
            os._exit(72)

    return ask


def spawn_options(program: Program) -> SpawnOptions:
    """The options for starting `program` from the calling thread."""
    options = SpawnOptions(
        env={**os.environ, **program.environment},
        cwd=program.directory,
        start_new_session=True,
        preexec_fn=follow_parent(os.getpid(), program.orphan_signal),
    )
    return options | _identity(program.account)


def _identity(account: Account | None) -> SpawnOptions:
    if account is None:
        return SpawnOptions()
    return SpawnOptions(user=account.uid, group=account.gid, extra_groups=[])
