"""Free TCP ports on the loopback address, remembered so that a restart finds the same ones."""

import json
import random
import socket
import sys
from collections import deque
from pathlib import Path

HOST = "127.0.0.1"
_PROMISES_KEPT = 64


def is_free(port: int, host: str = HOST) -> bool:
    """Whether a server could listen on `port` now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port that nothing listens on at this moment and that was not given to another just before.

    It is below the range that the kernel takes ports for outgoing connections from: a server that
    is started again must not find that one of those has taken its place.
    """
    while not (is_free(port := random.randrange(20_000, 32_000)) and keep(port)):  # noqa: S311
        continue
    return port


_promises: deque[tuple[int, socket.socket | None]] = deque(maxlen=_PROMISES_KEPT)


def keep(port: int) -> bool:
    """Keep a port for who asked until its server listens; False when it is kept for another.

    Where the system is Linux, other processes see it too: the promise is a name that one socket
    can have at a time, and that is gone with its process.
    """
    if any(port == kept for kept, _ in _promises):
        return False
    mark = None
    if sys.platform == "linux":
        mark = socket.socket(socket.AF_UNIX)
        try:
            mark.bind(f"\0partline-port-{port}")
        except OSError:
            mark.close()
            return False
    if len(_promises) == _PROMISES_KEPT and (oldest := _promises[0][1]):
        oldest.close()
    _promises.append((port, mark))
    return True


class PortBook:
    """Ports of the internal servers by name, kept in a JSON file.

    A book belongs to one run: a port is chosen at the first call and stays the same afterwards.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._remembered: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
        self._chosen: dict[str, int] = {}

    def port(self, name: str) -> int:
        """The port of `name`: the one of the last run while it is free, otherwise a new one."""
        if name not in self._chosen:
            remembered = self._remembered.get(name)
            usable = remembered is not None and is_free(remembered)
            self._chosen[name] = remembered if remembered and usable else self._new_port()
            kept = self._remembered | self._chosen
            self._file.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n")
        return self._chosen[name]

    def _new_port(self) -> int:
        taken = {*self._remembered.values(), *self._chosen.values()}
        while (port := free_port()) in taken:
            continue
        return port
