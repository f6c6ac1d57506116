import subprocess
import sys

import numpy as np
import pytest

from jobs.meshes.bodies import count_bodies
from jobs.meshes.closedness import is_closed
from jobs.meshes.measures import measure
from jobs.meshes.places import places
from tests.unit.jobs import solids


def test_a_box_is_measured_exactly() -> None:
    found = measure(solids.box(20, 30, 40, at=(5, 6, 7)))
    assert found.volume == pytest.approx(24_000)
    assert found.area == pytest.approx(5_200)
    assert found.box == pytest.approx((20, 30, 40))
    assert (found.closed, found.inverted, found.bodies, found.degenerate) == (True, False, 1, 0)


def test_a_box_far_from_the_origin_keeps_its_volume() -> None:
    found = measure(solids.box(1, 1, 1, at=(50_000, 50_000, 50_000)))
    assert found.volume == pytest.approx(1, rel=1e-3)


def test_a_box_with_a_missing_triangle_is_open() -> None:
    assert not is_closed(solids.box()[:-1])


def test_one_triangle_turned_round_opens_the_surface() -> None:
    triangles = solids.box()
    triangles[4] = triangles[4, ::-1]
    assert not is_closed(triangles)


def test_a_surface_made_to_gape_unseen_under_factors_that_can_be_read_is_open() -> None:
    # Found by a lattice for the factors 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F and
    # 0x165667B19E3779F9: both tips get the same number, and are three millimetres apart.
    tip = np.array([37, 41, 53], np.float32)
    steps = np.array([-852_863, -1_285_698, -183_727])
    other = (tip.view(np.int32) + steps).astype(np.int32).view(np.float32)
    base = np.array([[0, 0, 0], [100, 0, 0], [100, 100, 0], [0, 100, 0]], np.float32)
    sides = [[base[k], base[(k + 1) % 4], tip if k < 2 else other] for k in range(4)]
    pyramid = np.array([[base[0], base[2], base[1]], [base[0], base[3], base[2]], *sides])
    assert not is_closed(pyramid)
    assert not measure(pyramid).closed


def test_every_process_draws_its_own_factors() -> None:
    program = (
        "from jobs.meshes.closedness import corner_hashes; from tests.unit.jobs import solids;"
        "print(corner_hashes(solids.box())[1])"
    )
    drawn = {
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    }
    assert len(drawn) == 2


def test_places_are_numbered_in_the_order_of_the_file() -> None:
    triangles = solids.box()
    first, number = places(triangles)
    corners = triangles.reshape(-1, 3)
    assert len(first) == 8
    assert list(first) == sorted(first)
    assert np.array_equal(corners[first][number], corners)


def test_corners_that_differ_in_the_last_bits_are_welded() -> None:
    triangles = solids.box(100, 100, 100)
    triangles[0, 0] += np.float32(2e-5)
    assert is_closed(triangles)


def test_a_box_inside_out_is_closed_and_inverted() -> None:
    found = measure(solids.box()[:, ::-1])
    assert (found.closed, found.inverted) == (True, True)
    assert found.volume == pytest.approx(1000)


def test_triangles_without_area_are_counted_and_do_not_open_the_surface() -> None:
    corner = np.zeros((1, 3, 3), np.float32)
    found = measure(np.concatenate([solids.box(), corner]))
    assert (found.degenerate, found.closed) == (1, True)


def test_separate_boxes_are_separate_bodies() -> None:
    boxes = [solids.box(at=(20 * number, 0, 0)) for number in range(5)]
    assert count_bodies(np.concatenate(boxes)) == 5
