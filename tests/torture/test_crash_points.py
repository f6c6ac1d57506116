"""Layer B: every kind of event, at each point of the code at which a process may die."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import pytest

from jobs.models.samples import write_sample
from tests.integration.notification.partner import partner_server
from tests.torture import instruments
from tests.torture.crash_points.ground import Ground
from tests.torture.crash_points.journey import EVENTS, Journey
from tests.torture.crash_points.points import died_of
from tests.torture.invariants import ALL, check_all

pytestmark = pytest.mark.usefixtures("nobody_stays")

REBUILDING = 15
AT_ONCE = [invariant.number for invariant in ALL if invariant.number != REBUILDING]


async def holds(soil: Ground, *, cured: bool = True, only: Sequence[int] = AT_ONCE) -> None:
    async with soil.world(cured=cured) as world:
        report = await check_all(world, only)
    assert not report.broken, report.text()


@pytest.mark.parametrize(
    "points",
    [
        ("before-commit", "after-commit", "published-before-mark"),
        ("inside-batch", "applied-before-acknowledged"),
    ],
    ids=" and ".join,
)
async def test_nothing_is_lost_when_processes_die_there_of_each_event(
    soil: Ground, model: UUID, tmp_path: Path, points: Sequence[str]
) -> None:
    client = soil.client(*(f"{point}@{tmp_path}" for point in points))
    async with soil.world() as world:
        journey = Journey(client, soil.ledger, world, model)
        await journey.walk()
        await journey.rest()
        await client.stop()
    assert {point: died_of(tmp_path, point) for point in points} == dict.fromkeys(points, EVENTS)
    assert client.deaths == len(points) * len(EVENTS)
    await holds(soil)


async def test_nothing_is_lost_when_the_reconciler_dies_of_each_event_that_the_bus_lost(
    soil: Ground, model: UUID, tmp_path: Path
) -> None:
    point = "resent-before-watermark"
    client = soil.client(f"{point}@{tmp_path}", changes=["deaf_bus"])
    async with soil.world() as world:
        journey = Journey(client, soil.ledger, world, model)
        await journey.walk()
        await journey.rest()
        await client.stop()
    assert died_of(tmp_path, point) == EVENTS
    await holds(soil)


async def test_a_part_is_looked_at_priced_and_told_of_once_whoever_dies_on_the_way(
    soil: Ground, model: UUID, tmp_path: Path
) -> None:
    points = {
        "stored-before-row": {"original", "preview_png", "viewer_glb"},
        "priced-before-saved": {"OrderPriceCalculated"},
        "mailed-before-mark": {"mail"},
        "called-before-mark": {"webhook"},
    }
    client = soil.client(*(f"{point}@{tmp_path}" for point in points))
    async with soil.world() as world, partner_server() as server:
        journey = Journey(client, soil.ledger, world, model)
        await journey.listen(server.url)
        objects = [tmp_path / f"stored-before-row.{name}" for name in points["stored-before-row"]]
        for spared in objects:
            spared.touch()
        for part, deadly in zip(("ring", "gear", "knob"), objects, strict=True):
            deadly.unlink()  # one death a file: after three it would be given up
            file = await asyncio.to_thread(write_sample, part, tmp_path / f"{part}.stl")
            journey.model = await journey.upload(file.read_bytes())
            assert deadly.exists()
        order_id = await journey.order()
        await journey.made(order_id)
        await journey.rest()
        await client.stop()
    assert {point: died_of(tmp_path, point) for point in points} == points
    ids = [call.id for call in server.calls]
    deaths = sum(len(kinds) for kinds in points.values())
    # A death at another point may meet a call as well, since all services share the process.
    repeated = len(ids) - len(set(ids))
    assert 1 <= repeated <= deaths, "the call that was not noted is repeated under its id"
    assert len({(call.id, call.body) for call in server.calls}) == len(set(ids))
    await holds(soil)


async def test_a_cured_letter_is_redriven_once_whoever_dies_on_the_way(
    soil: Ground, model: UUID, tmp_path: Path
) -> None:
    points = ("cured-before-redrive", "redriven-before-attempt", "claimed-before-attempt")
    cured = tmp_path / "cured"
    client = soil.client(
        *(f"{point}@{tmp_path}" for point in points), settings={instruments.CURED: str(cured)}
    )
    async with soil.world() as world:
        journey = Journey(client, soil.ledger, world, model)
        order_id = await journey.order("placed", reference="poison:crm")
        await journey.until(lambda: journey.has_letter("crm", order_id), "a dead letter")
        await holds(soil, cured=False, only=[7, 13])
        cured.touch()
        await journey.redrive("crm")
        await journey.made(order_id)
        await journey.rest()
        await client.stop()
    assert died_of(tmp_path, points[0]) == died_of(tmp_path, points[1]) == {"redrive"}
    assert "OrderCreated" in died_of(tmp_path, points[2])
    await holds(soil)
