"""The zygote: a single-threaded process that has everything imported and forks on demand.

Its standard input is a control socket. Each byte that arrives there carries one job socket. The
zygote forks a child for it and keeps a copy of the socket: when the caller closes its end, the
child's process group is killed; when the child ends, the zygote writes eight bytes (EXIT and the
wait status) behind whatever the child has written. When the control socket closes, because the
caller has ended or was killed, all children are killed and the zygote ends.
"""

import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import struct
from collections.abc import Sequence
from pathlib import Path

from jobs.sandbox import child, libraries

TRAILER = struct.Struct("<4si")
MARK = b"EXIT"


class Zygote:
    def __init__(
        self, control: socket.socket, allowed: frozenset[str], readable: Sequence[Path]
    ) -> None:
        self._control = control
        self._allowed = allowed
        self._readable = readable
        self._jobs: dict[int, socket.socket] = {}
        self._wake, self._woken = socket.socketpair()
        self._wake.setblocking(False)
        self._woken.setblocking(False)
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)
        self._poll.register(self._woken, select.POLLIN)

    def serve(self) -> None:
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        while True:
            ready = dict(self._poll.poll())
            if self._woken.fileno() in ready:
                with contextlib.suppress(BlockingIOError):
                    self._woken.recv(4096)
            for pid, job in list(self._jobs.items()):
                if ready.get(job.fileno(), 0) & (select.POLLHUP | select.POLLERR):
                    _kill_group(pid)
                    self._poll.unregister(job)
            self._reap()
            if self._control.fileno() in ready and not self._accept():
                for pid in self._jobs:
                    _kill_group(pid)
                return

    def _accept(self) -> bool:
        data, descriptors, _, _ = socket.recv_fds(self._control, 1, 1)
        if not data:
            return False
        for descriptor in descriptors:
            self._fork(socket.socket(fileno=descriptor))
        return True

    def _fork(self, job: socket.socket) -> None:
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._become_child(job, parent)
        with contextlib.suppress(PermissionError, ProcessLookupError):
            os.setpgid(pid, pid)
        self._jobs[pid] = job
        self._poll.register(job, 0)

    def _become_child(self, job: socket.socket, parent: int) -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for other in (self._control, self._wake, self._woken, *self._jobs.values()):
            other.close()
        child.work(job, self._allowed, self._readable, parent)

    def _reap(self) -> None:
        while self._jobs:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            job = self._jobs.pop(pid)
            with contextlib.suppress(KeyError):
                self._poll.unregister(job)
            with contextlib.suppress(OSError):
                job.sendall(TRAILER.pack(MARK, os.waitstatus_to_exitcode(status)))
            job.close()


def _kill_group(pid: int) -> None:
    """The child is not reaped yet, so its number cannot belong to anyone else."""
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def main(allowed: list[str]) -> None:
    for name in sorted({function.rpartition(".")[0] for function in allowed}):
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    Zygote(socket.socket(fileno=0), frozenset(allowed), libraries.readable()).serve()
