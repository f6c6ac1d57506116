"""Functions that behave badly, to be run in the sandbox by its tests."""

import ctypes
import importlib
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

from jobs.meshes.step import cpu_limited
from jobs.rejection import ModelRejected


def add(*, a: int, b: int) -> dict[str, Any]:
    return {"sum": a + b, "pid": os.getpid(), "nice": os.getpriority(os.PRIO_PROCESS, 0)}


def where() -> dict[str, Any]:
    Path("written.txt").write_text("here")
    return {"directory": str(Path.cwd())}


def environment() -> dict[str, Any]:
    return {"names": sorted(os.environ)}


def reject() -> dict[str, Any]:
    raise ModelRejected("NOT_A_MODEL", "Upload a model.")


def reject_at_length() -> dict[str, Any]:
    raise ModelRejected("NOT_A_MODEL" * 1000, "Upload a model." * 1000)


def shout() -> dict[str, Any]:
    return {"written": os.write(2, b'{"event": "all is well", "level": "info"}')}


def fail_at_length() -> dict[str, Any]:
    raise ValueError("a bug " * 10_000 + "of ours")


def fail() -> dict[str, Any]:
    raise ValueError("a bug")


def loop_forever(*, pid_file: str = "") -> dict[str, Any]:
    if pid_file:
        Path(pid_file + ".part").write_text(str(os.getpid()))
        Path(pid_file + ".part").rename(pid_file)
    while True:
        time.sleep(0.01)


def burn_forever() -> dict[str, Any]:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        sum(range(10_000))


def burn_within(*, seconds: int) -> dict[str, Any]:
    with cpu_limited(seconds):
        burn_forever()
    return {}


def take_memory(*, megabytes: int) -> dict[str, Any]:
    block = np.ones(megabytes * 1024 * 1024, np.uint8)
    return {"taken": int(block[::4096].sum()) * 4096}


def segfault() -> dict[str, Any]:
    ctypes.string_at(0)
    return {}


def segfault_once() -> dict[str, Any]:
    if not Path("been.here").exists():
        Path("been.here").touch()
        segfault()
    return {"second": True}


def leave() -> dict[str, Any]:
    os._exit(3)


def write_large_file(*, megabytes: int) -> dict[str, Any]:
    with Path("large").open("wb") as file:
        for _ in range(megabytes):
            file.write(bytes(1 << 20))
    return {}


def talk(*, megabytes: int) -> dict[str, Any]:
    return {"answer": "x" * (megabytes << 20)}


def start_process() -> dict[str, Any]:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    return {"pid": pid}


def start_program() -> dict[str, Any]:
    return {"said": subprocess.run(["id"], capture_output=True, check=True).stdout.decode()}


def become_program() -> dict[str, Any]:
    os.execv("/bin/sh", ["sh", "-c", "exit 0"])


def open_network(*, port: int) -> dict[str, Any]:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"secrets")
    return {}


def signal_parent() -> dict[str, Any]:
    os.kill(os.getppid(), signal.SIGKILL)
    return {}


def queue_a_signal() -> dict[str, Any]:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.sigqueue(os.getppid(), int(signal.SIGKILL), None) != 0:
        raise OSError(ctypes.get_errno(), "sigqueue")
    return {}


def limit_parent() -> dict[str, Any]:
    resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (3, 3))
    return {}


def read_file(*, path: str) -> dict[str, Any]:
    return {"content": Path(path).read_text()}


def list_folder(*, path: str) -> dict[str, Any]:
    return {"names": os.listdir(path)}


def write_file(*, path: str) -> dict[str, Any]:
    Path(path).write_text("overwritten")
    return {}


def empty_file(*, path: str) -> dict[str, Any]:
    os.truncate(path, 0)
    return {}


def remove_file(*, path: str) -> dict[str, Any]:
    Path(path).unlink()
    return {}


def open_to_all(*, path: str) -> dict[str, Any]:
    Path(path).chmod(0o777)
    return {}


def date_back(*, path: str) -> dict[str, Any]:
    os.utime(path, (0, 0))
    return {}


def hard_link(*, path: str) -> dict[str, Any]:
    Path("left").hardlink_to(path)
    return {}


def symbolic_link(*, path: str) -> dict[str, Any]:
    Path("left").symlink_to(path)
    return {}


def leave_pipe() -> dict[str, Any]:
    os.mkfifo("left")
    return {}


def load_late(*, module: str) -> dict[str, Any]:
    before = module in sys.modules
    return {"before": before, "file": importlib.import_module(module).__file__}


def start_thread() -> dict[str, Any]:
    answers: list[int] = []
    thread = threading.Thread(target=lambda: answers.append(42))
    thread.start()
    thread.join()
    return {"answers": answers}


def give_up() -> dict[str, Any]:
    os.abort()
