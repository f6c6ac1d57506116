"""The caller's side of the sandbox: one zygote for each process, a socket for each call."""

import asyncio
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from jobs.rejection import ModelRejected
from jobs.sandbox.child import LENGTH_BYTES, STARTED_BYTES
from jobs.sandbox.failure import Broken, ComputationFailed
from jobs.sandbox.limits import DEFAULT_LIMITS, Limits
from jobs.sandbox.protection import Protection
from jobs.sandbox.zygote import MARK, TRAILER

ALLOWED = (
    "jobs.models.entry.inspect",
    "jobs.models.entry.repair",
    "jobs.pricing.entry.analyse",
)
LONGEST_CODE, LONGEST_SENTENCE, LONGEST_DETAIL = 40, 600, 4_000
_READ = 1 << 16
_OF_BROKEN_CODE = {
    -number
    for number in (
        signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGILL, signal.SIGFPE, signal.SIGTRAP
    )
}  # fmt: skip
# Of the standard library, which writes to standard error when nobody has said where to:
# `partline price` prints its answers for other programs.
_log = logging.getLogger(__name__)
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")


class Sandbox:
    """Runs the functions that it was told to allow. Safe to share between tasks and threads."""

    def __init__(self, allowed: Iterable[str] = ALLOWED) -> None:
        self._allowed = tuple(allowed)
        self._lock = threading.Lock()
        self._zygote: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._owner = 0
        self._told = False

    async def run(
        self,
        function: str,
        payload: dict[str, Any],
        *,
        limits: Limits = DEFAULT_LIMITS,
        directory: Path | None = None,
        reads: Sequence[Path] = (),
    ) -> dict[str, Any]:
        """Call `function(**payload)` in a child whose working directory is `directory`: there it
        may write and read; without one it writes nothing. Elsewhere it may read the files
        `reads`, and libraries.

        Raises ModelRejected as the function raised it, and ComputationFailed when it took too
        long, too much memory, or broke down. One that dies of its own machine code is called once
        more. Cancelling kills the child.
        """
        request = orjson.dumps(
            {
                "function": function,
                "payload": payload,
                "limits": asdict(limits),
                "directory": None if directory is None else str(directory),
                "reads": [str(path) for path in reads],
            }
        )
        try:
            return _result(await self._asked(request, limits))
        except Broken as broken:
            _log.warning("A computation broke down, trying it once more: %s", broken.detail)
        try:
            return _result(await self._asked(request, limits))
        except Broken as broken:
            raise Broken(broken.detail, again=True) from broken

    async def _asked(self, request: bytes, limits: Limits) -> bytes:
        job, theirs = socket.socketpair()
        with job:
            with theirs:
                self._hand_over(theirs)
            job.setblocking(False)
            first, output = await _converse(job, request, limits)
        self._tell_once(Protection.from_byte(first))
        return output

    def _tell_once(self, protection: Protection) -> None:
        if not self._told:
            self._told = True
            for sentence in protection.missing():
                _log.warning(sentence)

    def warm_up(self) -> None:
        """Start loading the libraries now, without waiting for it."""
        with self._lock:
            self._running()

    def close(self) -> None:
        """End the zygote and every computation in it."""
        with self._lock:
            if self._control is not None:
                self._control.close()
            if self._zygote is not None and self._owner == os.getpid():
                self._zygote.wait()
            self._control = self._zygote = None

    @property
    def helper_pid(self) -> int | None:
        """The zygote's process, while there is one."""
        return self._zygote.pid if self._zygote is not None else None

    def _hand_over(self, job: socket.socket) -> None:
        with self._lock:
            try:
                socket.send_fds(self._running(), [b"J"], [job.fileno()])
            except (BrokenPipeError, ConnectionResetError):
                self._control = None
                socket.send_fds(self._running(), [b"J"], [job.fileno()])

    def _running(self) -> socket.socket:
        alive = self._zygote is not None and self._zygote.poll() is None
        if self._control is None or self._owner != os.getpid() or not alive:
            self._start()
        assert self._control is not None
        return self._control

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
        # Threads of a linear algebra library would not survive the fork.
        environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        with theirs:
            self._zygote = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
                [sys.executable, "-m", "jobs.sandbox", *self._allowed],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
            )
        self._control, self._owner = ours, os.getpid()


async def _converse(job: socket.socket, request: bytes, limits: Limits) -> tuple[bytes, bytes]:
    """What the child said at its start, and its answer, its wait status checked. Leaving early,
    by an error or by cancellation, closes the socket, and the zygote kills the child."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(limits.start_s):
            await loop.sock_sendall(job, len(request).to_bytes(LENGTH_BYTES, "little") + request)
            first = await loop.sock_recv(job, STARTED_BYTES)
    except (TimeoutError, ConnectionError) as error:
        raise ComputationFailed("CRASHED", f"the sandbox did not start: {error!r}") from error
    output = bytearray(first)
    try:
        async with asyncio.timeout(limits.wall_s):
            while chunk := await loop.sock_recv(job, _READ):
                output += chunk
                if len(output) > limits.result_bytes:
                    raise ComputationFailed("CRASHED", "the answer is too long")
    except TimeoutError as error:
        raise ComputationFailed("TIMEOUT", f"longer than {limits.wall_s:g} s") from error
    except ConnectionError as error:
        raise ComputationFailed("CRASHED", f"the sandbox died: {error!r}") from error
    _check_end(bytes(output[-TRAILER.size :]))
    return first, bytes(output[STARTED_BYTES : -TRAILER.size])


def _check_end(trailer: bytes) -> None:
    if len(trailer) != TRAILER.size or not trailer.startswith(MARK):
        raise ComputationFailed("CRASHED", "the sandbox died during the computation")
    exit_code: int = TRAILER.unpack(trailer)[1]
    match exit_code:
        case 0:
            return
        case code if code == -signal.SIGXCPU:
            raise ComputationFailed("TIMEOUT", "the computing time was used up")
        case code if code == -signal.SIGKILL:
            raise ComputationFailed("OUT_OF_MEMORY", "killed from outside, as a full machine does")
        case code if code in _OF_BROKEN_CODE:
            raise Broken(f"the computation was ended by {signal.Signals(-code).name}")
        case code:
            raise ComputationFailed("CRASHED", f"the computation ended with {code}")


def _result(output: bytes) -> dict[str, Any]:
    answer: dict[str, Any] = orjson.loads(output)
    if "rejected" in answer:
        # Customers read it, and what has taken a child over may have written it.
        raise ModelRejected(
            answer["rejected"][:LONGEST_CODE], answer["sentence"][:LONGEST_SENTENCE]
        )
    if "failed" in answer:
        raise ComputationFailed(answer["failed"], answer["detail"][-LONGEST_DETAIL:])
    result: dict[str, Any] = answer["result"]
    return result


_default = Sandbox()


async def run(
    function: str,
    payload: dict[str, Any],
    *,
    limits: Limits = DEFAULT_LIMITS,
    directory: Path | None = None,
    reads: Sequence[Path] = (),
) -> dict[str, Any]:
    """`Sandbox.run` of the one sandbox of this process, for the entry functions of
    jobs.models and jobs.pricing."""
    return await _default.run(function, payload, limits=limits, directory=directory, reads=reads)


def warm_up() -> None:
    """Start this process' sandbox before the first call needs it."""
    _default.warm_up()
