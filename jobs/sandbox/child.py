"""The child of one call: takes its limits, computes, writes the answer and ends."""

import contextlib
import ctypes
import importlib
import os
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import orjson

from jobs.sandbox import landlock
from jobs.sandbox.protection import Protection
from jobs.sandbox.seccomp import confine

LENGTH_BYTES = 4
STARTED_BYTES = 1
_STANDARD_ERROR = 2
_PR_SET_PDEATHSIG = 1


def work(
    job: socket.socket, allowed: frozenset[str], libraries: Iterable[Path], parent: int
) -> NoReturn:
    """Never returns: ends the process with 0 when an answer was written, else with 70."""
    code = 70
    try:
        os.setpgid(0, 0)
        _die_with(parent)
        request = _receive(job)
        _restrict(request["limits"])
        os.chdir(request["directory"] or "/")
        job.sendall(_protect(request, libraries).to_byte())
        answer = _answer(request["function"], request["payload"], allowed)
        job.sendall(answer)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _receive(job: socket.socket) -> dict[str, Any]:
    size = int.from_bytes(_exactly(job, LENGTH_BYTES), "little")
    request: dict[str, Any] = orjson.loads(_exactly(job, size))
    return request


def _exactly(job: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        chunk = job.recv(size - len(data))
        if not chunk:
            raise EOFError("the caller went away")
        data += chunk
    return bytes(data)


def _answer(function: str, payload: dict[str, Any], allowed: frozenset[str]) -> bytes:
    if function not in allowed:
        return orjson.dumps({"failed": "CRASHED", "detail": f"{function} is not allowed here"})
    module, _, name = function.rpartition(".")
    try:
        return orjson.dumps({"result": getattr(importlib.import_module(module), name)(**payload)})
    except MemoryError:
        return orjson.dumps({"failed": "OUT_OF_MEMORY", "detail": traceback.format_exc(limit=-3)})
    except Exception as error:
        code, sentence = getattr(error, "code", None), getattr(error, "sentence", None)
        if isinstance(code, str) and isinstance(sentence, str):
            return orjson.dumps({"rejected": code, "sentence": sentence})
        return orjson.dumps({"failed": "CRASHED", "detail": traceback.format_exc(limit=-5)})


def _protect(request: dict[str, Any], libraries: Iterable[Path]) -> Protection:
    """Take from this process what no computation needs. `/proc/self` is its own, and tells the C
    library where its stack lies; the folder that may be written is the one that it stands in."""
    # The caller's log is no place for what a hostile file has to say; errors are in the answer.
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), _STANDARD_ERROR)
    files = landlock.restrict(
        [*libraries, Path("/proc/self"), *(Path(path) for path in request["reads"])],
        [Path("/dev/null"), *([Path()] if request["directory"] else [])],
    )
    return Protection(calls=confine(), files=files)


def _restrict(limits: dict[str, Any]) -> None:
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, limits["file_bytes"])
    _limit(resource.RLIMIT_CPU, limits["cpu_s"], spare=1)
    _limit(resource.RLIMIT_AS, _mapped_bytes() + limits["memory_bytes"])
    os.nice(limits["nice"])
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write("500")


def _limit(what: int, wanted: int, spare: int = 0) -> None:
    _, highest = resource.getrlimit(what)
    hard = wanted + spare if highest == resource.RLIM_INFINITY else min(wanted + spare, highest)
    # macOS refuses limits of the address space; the wall time still holds there.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(what, (min(wanted, hard), hard))


def _mapped_bytes() -> int:
    """What the process maps before it computes anything (0 where it cannot be told)."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _die_with(parent: int) -> None:
    """Linux: be killed when the zygote is, even by a signal that it cannot handle."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(70)
