"""Processes of ours, forked from the zygote."""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path

from tests.torture.chaos.companion import Companion, Line


class Forks:
    """Starts processes and tells when they end."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._zygote = Companion("tests.torture.chaos.zygote", logs / "zygote.log", self._heard)
        self._asks = count(1)
        self._starting: dict[int, asyncio.Future[int]] = {}
        self._ends: dict[int, asyncio.Future[int]] = {}

    async def start(self) -> None:
        await self._zygote.start()

    async def close(self) -> None:
        """Kill what still runs."""
        await self._zygote.close()

    async def run(
        self, name: str, arguments: Sequence[str], environment: Mapping[str, str]
    ) -> tuple[int, "asyncio.Future[int]"]:
        """Fork a process that logs under `name`; gives its id and its exit status to come."""
        ask = next(self._asks)
        started = self._starting[ask] = self._zygote.answer()
        self._zygote.say(
            {
                "ask": ask,
                "arguments": list(arguments),
                "environment": dict(environment),
                "log": str(self._logs / f"{name}.log"),
            }
        )
        pid = await started
        return pid, self._ends[pid]

    def _heard(self, line: Line) -> None:
        if "started" in line:
            pid = line["started"]
            self._ends[pid] = self._zygote.answer()
            self._starting.pop(line["ask"]).set_result(pid)
        else:
            end = self._ends.pop(line["ended"])
            if not end.done():
                end.set_result(line["status"])
