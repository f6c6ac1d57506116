"""What each process is told: every server is reached through a line of its own."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from partline.embedded.ports import HOST
from partline.launch import DATABASES_VARIABLE
from partline.supervisor.program import Program
from tests.torture.chaos.proxy.lines import Lines
from tests.torture.instruments import CURED

QUICK: Mapping[str, str] = {
    "PARTLINE_LOG_LEVEL": "WARNING",
    # Short enough for a stopped worker to lose its lease within a run.
    "PARTLINE_PRICING_LEASE_SECONDS": "5",
    "PARTLINE_UPLOAD_URL_SECONDS": "600",
}
"""Settings of every process of a rig."""

_ADDRESSES = {
    DATABASES_VARIABLE: "postgres",
    "PARTLINE_BUS_URL": "bus",
    "PARTLINE_QUEUE_URL": "valkey",
    "PARTLINE_REDIS_URL": "valkey",
    "PARTLINE_S3_ENDPOINT": "objects",
}


class Surroundings:
    """Turns a program's own environment into that of a process behind lines."""

    def __init__(self, lines: Lines, bus_url: str | None, cured: Path) -> None:
        self._lines = lines
        self._cured = cured
        self._bus_url = bus_url

    async def of(self, program: Program) -> Mapping[str, str]:
        """The environment of `program`, with the addresses of lines in it."""
        environment = {**program.environment, **QUICK, CURED: str(self._cured)}
        if self._bus_url is not None:
            environment["PARTLINE_BUS_URL"] = self._bus_url
        environment["PARTLINE_S3_PUBLIC_ENDPOINT"] = environment["PARTLINE_S3_ENDPOINT"]
        opened: dict[int, int] = {}
        for variable, server in _ADDRESSES.items():
            value = environment.get(variable)
            for port in () if value is None else _ports(value):
                if port not in opened:
                    opened[port] = await self._lines.open(program.name, server, port)
                environment[variable] = environment[variable].replace(
                    f"{HOST}:{port}", f"{HOST}:{opened[port]}"
                )
        return environment


def _ports(value: str) -> Sequence[int]:
    urls = list(json.loads(value).values()) if value.startswith("{") else [value]
    found = {urlsplit(url).port for url in urls}
    return sorted(port for port in found if port is not None)
