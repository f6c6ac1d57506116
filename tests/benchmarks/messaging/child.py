"""A side of the benchmark, as a child process that is talked to by lines."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Child:
    """What it prints is read line by line; what it reads is written likewise."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def heard(self) -> dict[str, Any]:
        """Its next line. Raises RuntimeError when it ended instead."""
        if self._process.stdout is None or not (line := self._process.stdout.readline()):
            raise RuntimeError("a side of the benchmark ended before its time")
        said: dict[str, Any] = json.loads(line)
        return said

    def tell(self, line: object) -> None:
        if self._process.stdin is None:
            raise RuntimeError("a side of the benchmark takes no input")
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()


@contextmanager
def child(side: str, **arguments: object) -> Iterator[Child]:
    """Run a side; it ends when its input does, at the end of the block."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.benchmarks.messaging.sides",
            json.dumps({"side": side, "with": arguments}),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Child(process)
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
