"""Layer B: every kind of event, at each point of the code at which a process may die."""

from pathlib import Path
from uuid import UUID

import pytest

from tests.torture.crash_points.ground import Ground
from tests.torture.crash_points.journey import EVENTS, Journey
from tests.torture.crash_points.points import died_of
from tests.torture.invariants import ALL, check_all


@pytest.mark.parametrize(
    "point",
    [
        "before-commit",
        "after-commit",
        "published-before-mark",
        "inside-batch",
        "applied-before-acknowledged",
    ],
)
async def test_nothing_is_lost_when_a_process_dies_there_of_each_event(
    soil: Ground, model: UUID, tmp_path: Path, point: str
) -> None:
    client = soil.client(f"{point}@{tmp_path}")
    async with soil.world() as world:
        journey = Journey(client, soil.ledger, world, model)
        await journey.walk()
        await journey.rest()
        await client.stop()
    assert died_of(tmp_path, point) == EVENTS
    async with soil.world() as world:
        report = await check_all(world, [i.number for i in ALL if i.number != 15])
    assert not report.broken, report.text()
