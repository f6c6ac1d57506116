"""The outermost process: whatever becomes of the rig, nothing that it started lives on.

It does nothing but wait for the rig. Every process that loses its parent becomes its child, so
that it finds them all when the rig has ended, was killed, or is interrupted.
"""

import ctypes
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress

import psutil

from partline.supervisor.spawn import follow_parent

_PR_SET_CHILD_SUBREAPER = 36
_GRACE_SECONDS = 5.0


def guarded(work: Callable[[], int]) -> int:
    """Run `work` in a child; gives its exit status, once every descendant has ended."""
    _adopt_orphans()
    guard = os.getpid()
    rig = os.fork()
    if rig == 0:
        follow_parent(guard, signal.SIGTERM)()
        status = 70
        try:
            status = work()
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    # A terminal sends its Ctrl-C to both; whoever sends a signal to this process means the rig.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda sent, _: _send(rig, sent))
    try:
        return _status_of(rig)
    finally:
        _end_all()


def _adopt_orphans() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _send(process: int, sent: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, sent)


def _status_of(rig: int) -> int:
    while True:
        ended, status = os.waitpid(-1, 0)
        if ended == rig:
            code = os.waitstatus_to_exitcode(status)
            return 128 - code if code < 0 else code


def _end_all() -> None:
    """First politely, so that PostgreSQL gives its shared memory back."""
    deadline = time.monotonic() + _GRACE_SECONDS
    asked: set[int] = set()
    while remaining := psutil.Process().children(recursive=True):
        for process in remaining:
            late = time.monotonic() > deadline
            if late or process.pid not in asked:
                asked.add(process.pid)
                _send(process.pid, signal.SIGCONT)
                _send(process.pid, signal.SIGKILL if late else signal.SIGQUIT)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                continue
        time.sleep(0.02)
