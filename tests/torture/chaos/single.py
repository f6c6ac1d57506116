"""Each fault alone: how long until an order that is begun after it has got through."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.torture.chaos.faults.fault import Fault, Scene
from tests.torture.chaos.faults.storm import Storm

GOAL_SECONDS = 5.0
_PATIENCE_SECONDS = 60.0
_TIMES = 3


@dataclass(frozen=True, slots=True)
class Recovery:
    """`seconds` from the end of each fault until a fresh order was placed by itself, which takes
    both ways of the bus and a worker, and no consumer was behind; None for longer than a minute."""

    kind: str
    seconds: Sequence[float | None]

    @property
    def line(self) -> str:
        times = ", ".join("never" if s is None else f"{s:.1f}" for s in self.seconds)
        late = [s for s in self.seconds if s is None or s > GOAL_SECONDS]
        return f"{self.kind:<22} {times} s{'  LATE' if late else ''}"

    @property
    def recovered(self) -> bool:
        return None not in self.seconds


async def measure(scene: Scene, storm: Storm, faults: Sequence[Fault]) -> Sequence[Recovery]:
    """The recovery from each kind, and first of all from nothing at all."""
    measured = []
    for fault in (None, *faults):
        seconds = []
        for number in range(_TIMES):
            if fault is not None:
                await storm.strike(fault, number)
            seconds.append(await _recovery(scene))
        measured.append(Recovery("nothing" if fault is None else fault.kind, seconds))
        print(measured[-1].line, flush=True)
    return measured


async def _recovery(scene: Scene) -> float | None:
    began = time.monotonic()
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await scene.crowd.see_one_placed()
            while (await scene.lookout.look()).lags:  # noqa: ASYNC110 — nobody tells us
                await asyncio.sleep(0.05)
    except TimeoutError:
        return None
    return time.monotonic() - began
