"""Faults at random moments, one after another and several at a time."""

import asyncio
import random
from collections.abc import Sequence

from tests.torture.chaos.faults.fault import Fault, Scene
from tests.torture.chaos.journal import Journal


class Storm:
    """A Poisson process; what happens is drawn from a seed, when it can happen from the machine."""

    def __init__(self, scene: Scene, journal: Journal, faults: Sequence[Fault], seed: int) -> None:
        self._scene = scene
        self._journal = journal
        self._faults = faults
        self._chance = random.Random(f"{seed} faults")
        self._lanes: set[str] = set()
        self._under_way: set[asyncio.Task[None]] = set()
        self.failed: list[str] = []

    async def rage(self, seconds: float, faults_a_minute: float) -> None:
        """Let faults happen for so long, and return when the last has ended."""
        if not self._faults or faults_a_minute <= 0:
            return
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        try:
            while True:
                await asyncio.sleep(self._chance.expovariate(faults_a_minute / 60))
                if loop.time() > end:
                    break
                self._begin()
            if self._under_way:
                await asyncio.wait(self._under_way)
        finally:
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)

    async def strike(self, fault: Fault) -> None:
        """One fault, from its beginning to its end."""
        what, do = fault.plan(self._scene, self._chance)
        try:
            async with self._journal.fault(fault.kind, what):
                await do()
        except Exception as error:
            self.failed.append(f"{fault.kind} {what}: {error!r}")

    def _begin(self) -> None:
        free = [fault for fault in self._faults if fault.lane not in self._lanes]
        if not free:
            return
        fault = self._chance.choices(free, [fault.weight for fault in free])[0]
        task = asyncio.create_task(self._alone(fault))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _alone(self, fault: Fault) -> None:
        if fault.lane is not None:
            self._lanes.add(fault.lane)
        try:
            await self.strike(fault)
        finally:
            if fault.lane is not None:
                self._lanes.discard(fault.lane)
