"""The gateways that are compared, each a process of its own."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
import psutil

from gateway.federation import print_supergraph
from partline.embedded.ports import free_port
from tests.benchmarks.gateway.graph import supergraph
from tests.benchmarks.gateway.node import installed

_PACKAGE = "tests.benchmarks.gateway"
_FLOOR = "by hand"
_ENGINE = "partline's engine alone"
_GATEWAY = "partline gateway"


@dataclass(frozen=True)
class Contestant:
    """A running gateway."""

    name: str
    port: int
    process: psutil.Process

    def cpu_seconds(self) -> float:
        """User and system time of the process and its children until now."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(_process_time(one.pid) for one in family)


def _process_time(pid: int) -> float:
    # clock_getcpuclockid(3): to the nanosecond, where /proc counts ticks of 10 ms.
    return time.clock_gettime((~pid << 3) | 2)


@contextmanager
def running_subgraphs() -> Iterator[dict[str, str]]:
    """The addresses of the four subgraphs, while they run."""
    command = [sys.executable, "-m", f"{_PACKAGE}.subgraphs"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield orjson.loads(process.stdout.readline())
        finally:
            process.terminate()


@contextmanager
def running_contestants(
    addresses: Mapping[str, str], *, with_node: bool
) -> Iterator[list[Contestant]]:
    """All gateways over these subgraphs, listening."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sdl = folder / "supergraph.graphql"
        sdl.write_text(print_supergraph(supergraph(addresses)))
        yield [
            stack.enter_context(_running(name, port, command, folder))
            for name, port, command in _commands(addresses, sdl, with_node=with_node)
        ]


def _commands(
    addresses: Mapping[str, str], sdl: Path, *, with_node: bool
) -> Iterator[tuple[str, int, list[str]]]:
    given = orjson.dumps(addresses).decode()
    for name, module in ((_FLOOR, "floor"), (_ENGINE, "minimal")):
        port = free_port()
        yield name, port, [sys.executable, "-m", f"{_PACKAGE}.{module}", str(port), given]
    port = free_port()
    command = [sys.executable, "-m", "partline", "gateway", "--supergraph", str(sdl)]
    yield _GATEWAY, port, [*command, "--port", str(port), "--no-single-flight"]
    if not with_node:
        return
    packages = installed()
    port = free_port()
    yield "@apollo/gateway", port, ["node", str(packages / "apollo.mjs"), str(port), str(sdl)]
    hive = str(packages / "node_modules/@graphql-hive/gateway/dist/bin.js")
    for name, option in (("planner in JS", "--jit"), ("planner in Rust", "--hive-router-runtime")):
        port = free_port()
        command = [
            "node",
            hive,
            "supergraph",
            str(sdl),
            "--config-path",
            str(packages / "hive.mjs"),
        ]
        where = ["--host", "127.0.0.1", "--port", str(port)]
        yield f"@graphql-hive/gateway, {name}", port, [*command, *where, option]


@contextmanager
def _running(name: str, port: int, command: list[str], folder: Path) -> Iterator[Contestant]:
    log = folder / f"{port}.log"
    environment = {**os.environ, "NODE_ENV": "production"}
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env=environment
        ) as process,
    ):
        try:
            _wait_for(name, port, process, log)
            yield Contestant(name, port, psutil.Process(process.pid))
        finally:
            process.terminate()


def _wait_for(name: str, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        b'{"query":"{ __typename }"}',
        {"content-type": "application/json"},
    )
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(request, timeout=10):
                return
        except OSError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{name} does not answer:\n{log.read_text()}") from error
            time.sleep(0.1)
