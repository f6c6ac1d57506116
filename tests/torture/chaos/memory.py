"""How much memory each process holds, looked at now and then."""

import asyncio
from collections.abc import Mapping, Sequence

import psutil

from tests.torture.chaos.fleet import Fleet

_EVERY_SECONDS = 5.0


class Memory:
    """Samples of the process that now runs under each name: a new one begins anew."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._samples: dict[str, tuple[int, list[int]]] = {}

    @property
    def samples(self) -> Mapping[str, Sequence[int]]:
        """Resident bytes by name, oldest first."""
        return {name: samples for name, (_, samples) in self._samples.items()}

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            for name, member in self._fleet.members.items():
                if member.pid is not None:
                    self._look(name, member.pid)
            await asyncio.sleep(_EVERY_SECONDS)

    def _look(self, name: str, pid: int) -> None:
        try:
            size = int(psutil.Process(pid).memory_info().rss)
        except psutil.Error:  # it has just ended
            return
        known, samples = self._samples.get(name, (pid, []))
        self._samples[name] = (pid, [*(samples if known == pid else []), size])
