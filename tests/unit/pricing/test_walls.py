import numpy as np
import pytest

from jobs.models.samples import sample_triangles
from jobs.pricing.placement import on_plate
from jobs.pricing.walls import TESTS, Walls, measure_walls
from tests.unit.jobs import solids
from tests.unit.pricing.shapes import block, shell, triangles_of, tube, wedge


def measured(triangles: np.ndarray, **more: bool) -> Walls:
    found = measure_walls(triangles, **more)
    assert found is not None
    return found


@pytest.mark.parametrize("thickness", [0.3, 1.0, 4.0])
@pytest.mark.parametrize("turn", [(0, 0, 0), (45, 0, 0), (30, 20, 10), (54.7, 0, 45), (90, 30, 0)])
def test_a_plate_is_as_thick_as_it_was_drawn_however_it_lies(
    thickness: float, turn: tuple[float, float, float]
) -> None:
    plate = on_plate(triangles_of(block(40, 30, thickness)), 1.0, turn)
    assert measured(plate).smallest_mm == pytest.approx(thickness, rel=2e-3)


@pytest.mark.parametrize("turn", [(0, 0, 0), (40, 25, 0)])
def test_a_tube_has_the_wall_between_its_radii(turn: tuple[float, float, float]) -> None:
    pipe = on_plate(triangles_of(tube(10, 8.8, 30)), 1.0, turn)
    assert measured(pipe).smallest_mm == pytest.approx(1.2, rel=0.06)


def test_a_hollow_ball_has_the_wall_between_its_radii() -> None:
    assert measured(triangles_of(shell(15, 13.5))).smallest_mm == pytest.approx(1.5, rel=0.06)


def test_a_solid_ball_is_as_thick_as_it_is_wide() -> None:
    assert measured(solids.sphere(12)).smallest_mm == pytest.approx(24, rel=0.04)


def test_a_wedge_is_thinnest_at_its_thin_end() -> None:
    found = measured(triangles_of(wedge(1.0, 5.0, 50, 20)))
    assert found.smallest_mm == pytest.approx(1.0, rel=0.1)
    assert found.at_mm[0] < 2


def test_a_sharp_edge_is_not_a_wall() -> None:
    assert measured(triangles_of(wedge(0.0, 30.0, 50, 20))).smallest_mm > 15


def test_a_rib_is_found_where_it_stands() -> None:
    part = block(60, 40, 10) + block(0.4, 30, 20).translate((12, 0, 10))
    found = measured(triangles_of(part))
    assert found.smallest_mm == pytest.approx(0.4, rel=1e-3)
    assert found.at_mm[0] == pytest.approx(12, abs=1e-3)
    assert found.at_mm[2] > 4


def test_bodies_that_overlap_are_one_solid() -> None:
    both = np.concatenate([solids.box(20, 20, 10), solids.box(20, 20, 10, at=(0, 0, 9.8))])
    assert measured(both).smallest_mm == pytest.approx(19.8, rel=1e-3)


def test_bodies_that_touch_are_one_solid() -> None:
    both = np.concatenate([solids.box(20, 20, 0.4), solids.box(20, 20, 10, at=(0, 0, 0.4))])
    assert measured(both).smallest_mm == pytest.approx(10.4, rel=1e-3)


def test_a_part_inside_out_has_the_same_walls() -> None:
    plate = triangles_of(block(40, 30, 2))
    assert measured(plate[:, ::-1], inverted=True) == measured(plate)


def test_rays_through_a_hole_in_the_surface_are_not_believed() -> None:
    lidless = np.delete(triangles_of(tube(10, 9, 20)), slice(0, 40), axis=0)
    assert measured(lidless).smallest_mm == pytest.approx(1.0, rel=0.1)
    assert measure_walls(solids.box(20, 20, 20)[:2]) is None


def test_walls_are_the_same_each_time() -> None:
    part = sample_triangles("enclosure")
    assert measured(part) == measured(part.copy())
    assert measured(part).smallest_mm == pytest.approx(2.5, rel=0.01)


@pytest.mark.parametrize("slivers", [3_000, 60_000])
def test_slivers_that_all_rays_might_meet_cost_no_more_than_the_limit(
    monkeypatch: pytest.MonkeyPatch, slivers: int
) -> None:
    turns = np.linspace(0, np.pi / 2, slivers + 1)
    rim = np.stack([100 * np.cos(turns), 100 * np.sin(turns), 0 * turns], axis=1)
    fan = np.stack([np.zeros((slivers, 3)), rim[:-1], rim[1:]], axis=1).astype(np.float32)
    looked_at: list[int] = []
    repeat = np.repeat

    def counting(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
        looked_at.append(int(np.sum(counts)))
        return repeat(values, counts)

    monkeypatch.setattr(np, "repeat", counting)
    found = measure_walls(np.concatenate([fan[:, ::-1], fan + np.float32([0, 0, 3])]))
    assert max(looked_at, default=0) <= TESTS
    assert slivers > 3_000 or (found is not None and found.smallest_mm == pytest.approx(3.0))
