"""Where the time of a filament part goes."""

from dataclasses import replace

import numpy as np
import pytest

from jobs.pricing.crossings import Planes
from jobs.pricing.fdm import features, times_by_layer
from jobs.pricing.fdm_times import straight
from jobs.pricing.fdm_volumes import volumes_of
from jobs.pricing.fdm_walls import walls_of
from jobs.pricing.layers import LayerTable, tabulate
from jobs.pricing.placement import on_plate
from jobs.pricing.profiles import FdmProfile, profile
from tests.unit.jobs import solids


@pytest.fixture(scope="module")
def fdm() -> FdmProfile:
    found = profile("fdm-020")
    assert isinstance(found, FdmProfile)
    return found


def cut(triangles: np.ndarray, fdm: FdmProfile, *, supports: bool = False) -> LayerTable:
    return tabulate(Planes(on_plate(triangles), fdm.layer_mm), fdm, supports=supports)


def test_times_of_all_layers_add_up_to_the_print_time(fdm: FdmProfile) -> None:
    table = cut(solids.box(30, 20, 10), fdm, supports=True)
    by_layer = times_by_layer(table, fdm)
    uses = {use.code: use.time_s for use in features(table, fdm)}
    assert all(len(column) == table.count for column in by_layer.values())
    assert sum(float(c.sum()) for c in by_layer.values()) + fdm.start_s == pytest.approx(
        sum(uses.values())
    )


def test_a_short_layer_is_slowed_down_to_the_least_time(fdm: FdmProfile) -> None:
    by_layer = times_by_layer(cut(solids.box(10, 10, 10), fdm), fdm)
    whole = np.sum(list(by_layer.values()), axis=0)
    assert by_layer["cooling"][25] > 1
    assert whole[25] < fdm.minimum_layer_s * 1.2
    unhurried = times_by_layer(cut(solids.box(60, 60, 4), fdm), fdm)
    assert unhurried["cooling"][8] == 0


def test_no_layer_is_slowed_below_the_slowest_speed(fdm: FdmProfile) -> None:
    patient = replace(fdm, minimum_layer_s=10_000.0)
    table = cut(solids.box(10, 10, 10), fdm)
    slow = np.sum(list(times_by_layer(table, patient).values()), axis=0)
    lengths = sum(volumes_of(table, fdm).values()) / (fdm.layer_mm * fdm.spacing_mm)
    travel = times_by_layer(table, fdm)["travel"]
    assert np.all(slow <= lengths / fdm.speeds.slowest * 1.3 + travel)


def test_many_holes_cost_journeys(fdm: FdmProfile) -> None:
    hole = solids.box(3, 3, 4)[:, ::-1]
    holes = [hole + np.float32([5 + 6 * n, 8, 0]) for n in range(8)]
    plain = times_by_layer(cut(solids.box(60, 20, 4), fdm), fdm)["travel"].sum()
    pierced = times_by_layer(cut(np.concatenate([solids.box(60, 20, 4), *holes]), fdm), fdm)[
        "travel"
    ].sum()
    assert pierced - plain > 8 * 20 * fdm.calibration.start_line_s * 0.8


def test_short_lines_are_slow(fdm: FdmProfile) -> None:
    pace = straight(np.array([1.0, 10.0, 1000.0]), 80.0, fdm)
    assert pace[0] > pace[1] > pace[2]
    assert pace[2] == pytest.approx(1 / 80, rel=0.02)


def test_outlines_are_as_long_as_their_middle_line(fdm: FdmProfile) -> None:
    table = cut(solids.box(20, 30, 10), fdm)
    volume = volumes_of(table, fdm)["external_perimeter"][25]
    length = volume / (fdm.layer_mm * fdm.spacing_mm * fdm.calibration.perimeter_volume)
    assert length == pytest.approx(100 - np.pi * fdm.line_width_mm, rel=0.01)


def test_bodies_that_overlap_are_not_printed_twice(fdm: FdmProfile) -> None:
    one = cut(solids.box(30, 20, 10), fdm)
    two = cut(np.concatenate([solids.box(20, 20, 10), solids.box(20, 20, 10, at=(10, 0, 0))]), fdm)
    total = [sum(float(v.sum()) for v in volumes_of(t, fdm).values()) for t in (one, two)]
    assert total[1] == pytest.approx(total[0], rel=0.05)


def test_supports_are_printed_in_higher_layers_where_nothing_hangs(fdm: FdmProfile) -> None:
    stem, cap = solids.box(6, 6, 20, at=(12, 12, 0)), solids.box(30, 30, 4, at=(0, 0, 20))
    table = cut(np.concatenate([stem, cap]), fdm, supports=True)
    usual, even = (
        times_by_layer(table, replace(fdm, support_layer_mm=high, minimum_layer_s=0.0))["support"]
        for high in (fdm.support_layer_mm, fdm.layer_mm)
    )
    assert usual[50] == pytest.approx(even[50] * fdm.layer_mm / fdm.support_layer_mm)
    leaning = solids.box(20, 20, 20)
    leaning[..., 0] += leaning[..., 2] * np.float32(np.tan(np.radians(50)))
    everywhere = cut(leaning, fdm, supports=True)
    same = times_by_layer(everywhere, replace(fdm, minimum_layer_s=0.0))["support"]
    as_high = times_by_layer(
        everywhere, replace(fdm, support_layer_mm=fdm.layer_mm, minimum_layer_s=0.0)
    )["support"]
    assert same[50] == pytest.approx(as_high[50])


def test_only_the_lowest_layer_of_the_skirt_is_slow(fdm: FdmProfile) -> None:
    table = cut(solids.box(30, 20, 10), fdm)
    skirt = times_by_layer(table, replace(fdm, minimum_layer_s=0.0))["skirt"]
    assert skirt[0] > 2 * skirt[1] > 0


@pytest.mark.parametrize(
    ("wall", "lines"), [(0.5, 1), (0.7, 2), (1.1, 2), (1.2, 3), (1.4, 3), (1.6, 4), (1.8, 4)]
)
def test_a_thin_wall_has_as_many_lines_as_fit(fdm: FdmProfile, wall: float, lines: int) -> None:
    # So many lines lay PrusaSlicer's walls of variable width in tubes of these walls.
    hole = solids.box(40 - 2 * wall, 40 - 2 * wall, 10, at=(wall, wall, 0))[:, ::-1]
    walls = walls_of(cut(np.concatenate([solids.box(40, 40, 10), hole]), fdm), fdm)
    along = 4 * (40 - wall)
    assert walls.outer_mm[25] == pytest.approx(min(lines, 2) * along, rel=0.01)
    assert walls.inner_mm[25] == pytest.approx(max(lines - 2, 0) * along, abs=1)
    room = wall - (fdm.line_width_mm - fdm.spacing_mm)
    assert walls.spacing_mm[25] == pytest.approx(room / lines, rel=0.02)


def test_lines_of_a_wall_that_stands_alone_are_counted_as_those_of_a_tube(fdm: FdmProfile) -> None:
    walls = walls_of(cut(solids.box(40, 1.0, 10), fdm), fdm)
    assert walls.outer_mm[25] + walls.inner_mm[25] == pytest.approx(80, rel=0.03)


def test_a_pin_is_no_thin_wall(fdm: FdmProfile) -> None:
    pin = walls_of(cut(solids.box(1.5, 1.5, 10), fdm), fdm)
    assert pin.spacing_mm[25] == fdm.spacing_mm
