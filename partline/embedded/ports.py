"""Free TCP ports on the loopback address, remembered so that a restart finds the same ones."""

import json
import socket
from pathlib import Path

HOST = "127.0.0.1"


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
    """A port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class PortBook:
    """Ports of the internal servers by name, kept in a JSON file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._ports: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}

    def port(self, name: str) -> int:
        """The port of `name`: the remembered one while it is free, otherwise a new one."""
        remembered = self._ports.get(name)
        if remembered is not None and is_free(remembered):
            return remembered
        taken = set(self._ports.values())
        chosen = free_port()
        while chosen in taken:
            chosen = free_port()
        self._ports[name] = chosen
        self._file.write_text(json.dumps(self._ports, indent=2, sort_keys=True) + "\n")
        return chosen
