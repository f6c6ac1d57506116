"""Our own processes: killed, stopped and continued, replaced in order, given a wrong clock."""

import asyncio
import random
import signal
from collections.abc import Sequence

from tests.torture.chaos.faults.fault import Doing, Scene
from tests.torture.chaos.fleet import Member

LEASE_SECONDS = 5.0
_READY_SECONDS = 30.0
_SKEWS = (-25, -5, 5, 25)


def kill(scene: Scene, chance: random.Random) -> tuple[str, Doing]:
    """`kill -9` of one process: its relay, its consumers and its requests die with it."""
    member = _anyone(scene, chance)

    async def do() -> None:
        member.send(signal.SIGKILL)

    return member.name, do


def freeze(scene: Scene, chance: random.Random) -> tuple[str, Doing]:
    """SIGSTOP, mostly until its leases and locks have run out, and SIGCONT."""
    member = _anyone(scene, chance)
    seconds = chance.choice((1.0, LEASE_SECONDS + 2, LEASE_SECONDS + 4))

    async def do() -> None:
        pid = member.pid
        member.send(signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            if member.pid == pid:
                member.send(signal.SIGCONT)

    return f"{member.name} for {seconds:g} s", do


def replace(scene: Scene, chance: random.Random) -> tuple[str, Doing]:
    """A rolling restart: each process ends in order and is awaited before the next one."""
    members = list(scene.stage.processes.members.values())
    chance.shuffle(members)

    async def do() -> None:
        for member in members:
            if not await scene.stage.processes.restart(member):
                scene.stage.remarks.append(f"{member.name} did not end within 15 s of SIGTERM")
            await _ready(member)

    return "all, one after another", do


def skew(scene: Scene, chance: random.Random) -> tuple[str, Doing]:
    """A process comes back with a wrong clock, and later with the right one."""
    member, seconds = _anyone(scene, chance), chance.choice(_SKEWS)
    lasts = chance.uniform(4, 8)

    async def do() -> None:
        member.instruments = ("--skew", str(seconds))
        member.send(signal.SIGKILL)
        try:
            await asyncio.sleep(lasts)
        finally:
            member.instruments = ()
            member.send(signal.SIGKILL)

    return f"{member.name} by {seconds} s", do


def _anyone(scene: Scene, chance: random.Random) -> Member:
    members: Sequence[Member] = list(scene.stage.processes.members.values())
    return chance.choice(members)


async def _ready(member: Member) -> None:
    try:
        async with asyncio.timeout(_READY_SECONDS):
            while not await member.ready():  # noqa: ASYNC110 — nobody tells us
                await asyncio.sleep(0.05)
    except TimeoutError:
        return
