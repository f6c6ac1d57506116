"""Faults at random moments, one after another and several at a time."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence

from tests.torture.chaos.faults.fault import Fault, Scene
from tests.torture.chaos.journal import Journal

EACH_ONCE_SECONDS = 180.0
_LAST_SECONDS = 120.0


class Storm:
    """A Poisson process: what happens when is drawn from the seed alone."""

    def __init__(self, scene: Scene, journal: Journal, faults: Sequence[Fault], seed: int) -> None:
        self._scene = scene
        self._journal = journal
        self._faults = faults
        self._seed = seed
        self._lanes: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._under_way: set[asyncio.Task[None]] = set()
        self.failed: list[str] = []

    async def rage(self, seconds: float, faults_a_minute: float) -> None:
        """Let faults happen for so long, and return when the last has ended."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            for number, (moment, fault) in enumerate(self._forecast(seconds, faults_a_minute)):
                await asyncio.sleep(max(0.0, began + moment - loop.time()))
                task = asyncio.create_task(self._alone(fault, number), name=fault.kind)
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)
            if self._under_way:
                _, late = await asyncio.wait(self._under_way, timeout=_LAST_SECONDS)
                self.failed += [f"{task.get_name()} did not end" for task in late]
        finally:
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)

    async def strike(self, fault: Fault, number: int = 0) -> None:
        """One fault, from its beginning to its end."""
        what, do = fault.plan(self._scene, random.Random(f"{self._seed} fault {number}"))
        try:
            async with self._journal.fault(fault.kind, what):
                await do()
        except Exception as error:
            self.failed.append(f"{fault.kind} {what}: {error!r}")

    def _forecast(self, seconds: float, faults_a_minute: float) -> Iterator[tuple[float, Fault]]:
        """What happens when, by the seed alone: in seconds from the beginning. In a run that is
        long enough each kind happens once before chance alone chooses among them."""
        if not self._faults or faults_a_minute <= 0:
            return
        chance = random.Random(f"{self._seed} faults")
        weights = [fault.weight for fault in self._faults]
        once = list(self._faults) if seconds >= EACH_ONCE_SECONDS else []
        chance.shuffle(once)
        moment = chance.expovariate(faults_a_minute / 60)
        while moment < seconds:
            yield moment, once.pop() if once else chance.choices(self._faults, weights)[0]
            moment += chance.expovariate(faults_a_minute / 60)

    async def _alone(self, fault: Fault, number: int) -> None:
        """Those of one lane wait for each other."""
        if fault.lane is None:
            await self.strike(fault, number)
            return
        async with self._lanes[fault.lane]:
            await self.strike(fault, number)
