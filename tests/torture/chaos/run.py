"""One run from an empty folder to its closing line."""

import asyncio
import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from shared.settings import Settings
from tests.torture.chaos.cure import cure
from tests.torture.chaos.faults.catalogue import chosen
from tests.torture.chaos.faults.fault import Scene
from tests.torture.chaos.faults.storm import Storm
from tests.torture.chaos.figures import Figures
from tests.torture.chaos.journal import Journal
from tests.torture.chaos.lookout import Lookout, Sight
from tests.torture.chaos.memory import Memory
from tests.torture.chaos.options import Options
from tests.torture.chaos.place import Place
from tests.torture.chaos.single import measure
from tests.torture.chaos.stage import Stage
from tests.torture.chaos.traffic.crowd import Crowd
from tests.torture.chaos.traffic.gateway import Gateway
from tests.torture.invariants import Report, check_all
from tests.torture.ledger import Ledger, read
from tests.torture.world import World

QUIESCE_SECONDS = 60.0
WORK_SECONDS = 120.0
"""The staff may work on for so long without that another order gets to its end."""
_DEAD_LETTERS = 13
_SETTLE_SECONDS = 30.0


class Run:
    """What happens on a stage that has risen."""

    def __init__(self, stage: Stage, ledger: Ledger, journal: Journal, lookout: Lookout) -> None:
        self._stage = stage
        self._options = stage.options
        self._journal = journal
        self._lookout = lookout
        self._gateway = Gateway(stage.launch.address)
        self._crowd = Crowd(self._gateway, ledger, self._options.seed, lookout.forget)
        self._scene = Scene(stage, self._crowd, lookout, ledger)
        self._faults = chosen(self._options)
        self._remarks = stage.remarks
        self._memory = Memory(stage.processes)

    async def play(self) -> Figures:
        """Orders and faults for the time that was asked for, rest, judgement."""
        beside = [asyncio.create_task(self._memory.watch())]
        try:
            await self._crowd.gather()
            storm = Storm(self._scene, self._journal, self._faults, self._options.seed)
            if self._options.single:
                await measure(self._scene, storm, self._faults)
                self._options = replace(self._options, minutes=0)
            say(f"{self._options.minutes:g} minutes begin")
            beside.append(asyncio.create_task(self._tell()))
            await asyncio.gather(
                self._crowd.order(self._options.seconds, self._options.orders),
                storm.rage(self._options.seconds, self._options.faults),
            )
            self._remarks += storm.failed
            say(f"the storm is over: {dict(self._journal.counts)}")
            converged = await self._converge()
            await self._crowd.settle(_SETTLE_SECONDS)
            self._crowd.staff_works.set()
            sight = await self._rest()
            before = await self._look(cured=False, only=(_DEAD_LETTERS,))
            cleared = await cure(self._stage.database_urls, self._stage.place.cured)
            if cleared:
                say(f"{cleared} dead letters are redriven or discarded")
                sight = await self._rest()
        finally:
            for task in beside:
                task.cancel()
            await self._crowd.go_home()
            await self._gateway.close()
        return await self._judge(sight, converged, before)

    async def _tell(self) -> None:
        """A line each minute of the storm, for whoever waits for an hour."""
        for minute in range(1, math.ceil(self._options.minutes)):
            await asyncio.sleep(60)
            begun, faults = self._crowd.begun, self._journal.faults
            say(f"minute {minute}: {begun} orders begun, {faults} faults")

    async def _converge(self) -> float | None:
        """Seconds, from the end of the last fault, until all that was begun has got to where it
        can go by itself; the staff does nothing meanwhile. None for more than a minute."""
        began = time.monotonic()
        self._crowd.staff_works.clear()
        sight = await self._wait(lambda seen: not seen.lags, QUIESCE_SECONDS)
        say(f"{sight}")
        return None if sight.lags else time.monotonic() - began

    async def _wait(self, enough: Callable[[Sight], bool], seconds: float) -> Sight:
        """What is seen once it is enough, or after so many seconds."""
        end = time.monotonic() + seconds
        while True:
            sight = await self._look_out()
            if enough(sight) or time.monotonic() > end:
                return sight
            await asyncio.sleep(0.25)

    async def _rest(self) -> Sight:
        """What is seen once the staff has worked off all orders, however many the storm has left
        them, or once they get no further."""
        fewest, end = math.inf, 0.0
        while True:
            sight = await self._look_out()
            if (left := sum(sight.moving.values())) < fewest:
                fewest, end = left, time.monotonic() + WORK_SECONDS
            if sight.at_rest or time.monotonic() > end:
                return sight
            await asyncio.sleep(0.25)

    async def _look_out(self) -> Sight:
        sight = await self._lookout.look()
        self._journal.write(sight=sight)
        return sight

    async def _look(self, *, cured: bool, only: Sequence[int] = ()) -> Report:
        """What the invariants say, all or some of them."""
        settings = settings_of(self._stage)
        world = World(
            databases=self._stage.database_urls,
            ledger=read(self._stage.place.ledger),
            memory=self._memory.samples,
            mailbox=settings.mailbox_dir,
            administrator=self._stage.launch.stack.cluster.dsn,
            settings=settings,
            cured=cured,
        )
        async with world:
            return await check_all(world, only)

    async def _judge(self, sight: Sight, converged: float | None, before: Report) -> Figures:
        orders = await self._lookout.orders()
        say(f"orders: {dict(orders)}; customers gave up {len(self._crowd.gave_up)} times")
        for remark in [*self._remarks, *self._crowd.gave_up]:
            say(f"  {remark}")
        if not sight.at_rest:
            say(f"not at rest: {sight}")
        if before.broken:
            say(f"before the cure:\n{before.text()}")
        report = await self._look(cured=True)
        say(report.text())
        broken = [*before.broken, *report.broken]
        return Figures(
            seed=self._options.seed,
            transport=self._options.transport,
            orders=sum(orders.values()),
            faults=self._journal.faults,
            kinds=dict(self._journal.counts),
            events=sight.events,
            lost=report.lost,
            twice=report.twice,
            held=len(report.findings) - len({found.invariant.number for found in broken}),
            broken=len({found.invariant.number for found in broken}),
            converged=converged if sight.at_rest else None,
        )


def settings_of(stage: Stage) -> Settings:
    """The services' settings, past every line."""
    prefix = "PARTLINE_"
    for name, value in stage.launch.environment().items():
        if name.startswith(prefix):
            os.environ[name] = value
    return Settings()


def say(text: str) -> None:
    print(text, flush=True)


async def run(options: Options, place: Place) -> Figures:
    """Set everything up, play, and take everything down again."""
    began = time.monotonic()
    stage = Stage.prepare(place, options)
    journal = Journal(place.journal)
    try:
        with Ledger(place.ledger) as ledger:
            await stage.rise()
            say(f"risen in {time.monotonic() - began:.1f} s, seed {options.seed}, {place.folder}")
            async with Lookout(stage.database_urls) as lookout:
                return await Run(stage, ledger, journal, lookout).play()
    finally:
        journal.close()
        await stage.fall()
