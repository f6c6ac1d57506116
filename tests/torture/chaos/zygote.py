"""`python -m tests.torture.chaos.zygote`: imports the services once and forks them on demand.

A cold start of a service costs seconds of computing, a fork some milliseconds; the rig starts one
every second. A request is a line of JSON, `{"ask", "arguments", "environment", "log"}`; answers
are `{"ask", "started": pid}` and `{"ended": pid, "status"}`. When its input closes, its children
are killed and it ends.
"""

import gc
import json
import os
import selectors
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any

from partline.supervisor.spawn import follow_parent
from shared.settings import SERVICES
from tests.torture.child import main as run_child

_LOADED = (
    *("partline.wiring.server", "partline.wiring.workers", "partline.wiring.settings"),
    *("partline.wiring.preparation", "partline.wiring.subgraph", "partline.wiring.edge"),
    *(f"subgraphs.{name}.main" for name in SERVICES),
)


class Zygote:
    """Single-threaded, so that a fork carries no lock that nobody holds."""

    def __init__(self) -> None:
        self._input = os.dup(0)
        self._output = os.dup(1)
        self._children: set[int] = set()
        self._woken, self._wake = os.pipe()
        self._rest = b""

    def serve(self) -> Mapping[str, Any] | None:
        """Answer requests until the input closes: None. In a forked child: its request."""
        os.set_blocking(self._wake, False)
        os.set_blocking(self._woken, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with selectors.DefaultSelector() as events:
            events.register(self._input, selectors.EVENT_READ)
            events.register(self._woken, selectors.EVENT_READ)
            while True:
                ready = {key.fd for key, _ in events.select()}
                if self._woken in ready:
                    with suppress(BlockingIOError):
                        os.read(self._woken, 4096)
                    self._reap()
                if self._input not in ready:
                    continue
                read = os.read(self._input, 1 << 16)
                if not read:
                    self._kill_all()
                    return None
                *lines, self._rest = (self._rest + read).split(b"\n")
                for line in lines:
                    request = json.loads(line)
                    if self._forked(request):
                        return dict(request)

    def _forked(self, request: Mapping[str, Any]) -> bool:
        zygote = os.getpid()
        child = os.fork()
        if child == 0:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            for descriptor in (self._input, self._output, self._wake, self._woken):
                os.close(descriptor)
            follow_parent(zygote, signal.SIGKILL)()
            return True
        self._children.add(child)
        self._say({"ask": request["ask"], "started": child})
        return False

    def _reap(self) -> None:
        with suppress(ChildProcessError):
            while True:
                child, status = os.waitpid(-1, os.WNOHANG)
                if child == 0:
                    return
                self._children.discard(child)
                self._say({"ended": child, "status": os.waitstatus_to_exitcode(status)})

    def _kill_all(self) -> None:
        for child in self._children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)

    def _say(self, answer: Mapping[str, Any]) -> None:
        with suppress(BrokenPipeError):
            os.write(self._output, json.dumps(answer).encode() + b"\n")


def become(environment: Mapping[str, str], log: str, arguments: Sequence[str]) -> None:
    """Make this forked process what it was asked to be."""
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    os.close(nothing)
    os.close(output)
    os.environ.update(environment)
    run_child(arguments)


def main() -> None:
    for name in _LOADED:
        import_module(name)
    gc.collect()
    gc.freeze()
    zygote = Zygote()
    os.dup2(2, 1)  # nothing but answers goes to the one who asks
    request = zygote.serve()
    if request is not None:
        become(request["environment"], request["log"], request["arguments"])


if __name__ == "__main__":
    main()
