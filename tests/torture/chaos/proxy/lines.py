"""The rig's side of the proxy."""

import asyncio
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from tests.torture.chaos import companion
from tests.torture.chaos.proxy.weather import Weather


class Lines:
    """Opens lines and changes their weather. A line is called `process/server`."""

    def __init__(self, log: Path) -> None:
        self._process = companion.Companion("tests.torture.chaos.proxy", log, self._heard)
        self._opening: dict[str, asyncio.Future[int]] = {}
        self._changing: dict[int, asyncio.Future[None]] = {}
        self._numbers = count(1)
        self.names: list[str] = []

    async def start(self) -> None:
        await self._process.start()

    async def close(self) -> None:
        await self._process.close()

    async def open(self, process: str, server: str, target: int) -> int:
        """The port at which `process` reaches `server`, which listens at `target`."""
        name = f"{process}/{server}"
        opened = self._opening[name] = self._process.answer()
        self._process.say({"open": name, "target": target})
        self.names.append(name)
        port: int = await opened
        return port

    async def change(self, names: Sequence[str], weather: Weather) -> None:
        """Give these lines another weather; returns once they have it."""
        number = next(self._numbers)
        changed = self._changing[number] = self._process.answer()
        self._process.say(
            {
                "change": list(names),
                "number": number,
                "kind": weather.kind.value,
                "seconds": weather.seconds,
            }
        )
        await changed

    def _heard(self, line: companion.Line) -> None:
        if "opened" in line:
            self._opening.pop(line["opened"]).set_result(line["port"])
        else:
            self._changing.pop(line["changed"]).set_result(None)
