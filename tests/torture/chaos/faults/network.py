"""Connections: cut, blackholed or slow, between one process and its servers or for everybody."""

import asyncio
import random
from collections.abc import Sequence

from tests.torture.chaos.faults.fault import Doing, Scene
from tests.torture.chaos.proxy.weather import FAIR, Kind, Weather


def cut(scene: Scene, chance: random.Random) -> tuple[str, Doing]:
    """Connections are reset and new ones refused for a moment."""
    return _weather(scene, chance, Weather(Kind.CUT), chance.choice((0.0, 0.5, 2.0)))


def blackhole(scene: Scene, chance: random.Random) -> tuple[str, Doing]:
    """Connections stay open and nothing passes."""
    return _weather(scene, chance, Weather(Kind.BLACKHOLE), chance.choice((1.0, 4.0, 8.0)))


def delay(scene: Scene, chance: random.Random) -> tuple[str, Doing]:
    """Everything passes later."""
    weather = Weather(Kind.DELAY, chance.choice((0.02, 0.1, 0.4)))
    return _weather(scene, chance, weather, chance.uniform(2, 6))


def _weather(
    scene: Scene, chance: random.Random, weather: Weather, seconds: float
) -> tuple[str, Doing]:
    what, names = _some(scene.stage.lines.names, chance)

    async def do() -> None:
        await scene.stage.lines.change(names, weather)
        try:
            await asyncio.sleep(seconds)
        finally:
            await scene.stage.lines.change(names, FAIR)

    return f"{what} for {seconds:.1f} s", do


def _some(names: Sequence[str], chance: random.Random) -> tuple[str, Sequence[str]]:
    """One line, all lines of a process, or all lines to a server."""
    chosen = chance.choice(names)
    process, _, server = chosen.partition("/")
    match chance.randrange(4):
        case 0:
            return process, [name for name in names if name.startswith(f"{process}/")]
        case 1:
            return server, [name for name in names if name.endswith(f"/{server}")]
        case _:
            return chosen, [chosen]
