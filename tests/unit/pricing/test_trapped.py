import numpy as np
import pytest
from manifold3d import Manifold

from jobs.meshes import Triangles
from jobs.meshes.measures import measure
from jobs.pricing.trapped import trapped_volume
from tests.unit.jobs import solids
from tests.unit.pricing.shapes import block, shell, triangles_of, tube


def trapped(triangles: Triangles) -> float:
    return trapped_volume(triangles, measure(triangles))


def hollow(size: float, at: tuple[float, float, float]) -> Triangles:
    return solids.box(size, size, size, at=at)[:, ::-1]


def test_a_hollow_ball_traps_what_is_inside() -> None:
    inside = Manifold.sphere(13.5, 96).volume()
    assert trapped(triangles_of(shell(15, 13.5))) == pytest.approx(inside, rel=1e-4)


def test_the_smallest_way_out_is_enough() -> None:
    drain = block(0.3, 0.3, 40).translate((0, 0, 20))
    assert trapped(triangles_of(shell(15, 13.5) - drain)) == 0


def test_one_body_without_hollows_traps_nothing() -> None:
    assert trapped(triangles_of(tube(10, 8, 20))) == 0
    assert trapped(solids.box()) == 0


def test_bodies_beside_each_other_trap_nothing() -> None:
    assert trapped(np.concatenate([solids.box(), solids.box(at=(20, 0, 0))])) == 0


def test_every_hollow_counts() -> None:
    part = np.concatenate([solids.box(30, 30, 30), hollow(4, (2, 2, 2)), hollow(5, (20, 20, 20))])
    assert trapped(part) == pytest.approx(4**3 + 5**3)


def test_a_part_inside_out_traps_as_much() -> None:
    part = np.concatenate([solids.box(30, 30, 30), hollow(4, (2, 2, 2))])
    assert trapped(part[:, ::-1]) == pytest.approx(64)


def test_what_lies_loose_in_a_hollow_is_solid() -> None:
    rattle = np.concatenate(
        [solids.box(30, 30, 30), hollow(20, (5, 5, 5)), solids.box(6, 6, 6, at=(10, 10, 10))]
    )
    assert trapped(rattle) == pytest.approx(20**3 - 6**3)


def test_a_stray_body_inside_out_is_no_hollow() -> None:
    assert trapped(np.concatenate([solids.box(30, 30, 30), hollow(4, (50, 50, 50))])) == 0


def test_a_hollow_that_another_body_fills_is_none() -> None:
    filled = np.concatenate(
        [solids.box(30, 30, 30), hollow(10, (10, 10, 10)), solids.box(14, 14, 14, at=(8, 8, 8))]
    )
    assert trapped(filled) == 0


def test_an_open_mesh_is_not_judged() -> None:
    assert trapped(np.concatenate([solids.box(30, 30, 30)[:-1], hollow(4, (2, 2, 2))])) == 0


def test_hundreds_of_hollows_with_something_loose_in_each_are_added_up() -> None:
    bodies = [solids.box(400, 400, 12)]
    for x in range(20):
        for y in range(15):
            at = (5 + 19 * x, 5 + 19 * y)
            bodies += [hollow(10, (*at, 1)), solids.box(4, 4, 4, at=(at[0] + 3, at[1] + 3, 4))]
    assert trapped(np.concatenate(bodies)) == pytest.approx(300 * (1000 - 64))


def test_of_more_hollows_than_can_be_looked_at_the_largest_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("jobs.pricing.trapped.LOOKS", 0)
    bodies = [solids.box(400, 40, 12), hollow(9, (390, 1, 1))]
    bodies += [hollow(8, (10 * x, 1, 1)) for x in range(1, 30)]
    assert trapped(np.concatenate(bodies)) == pytest.approx(9**3 + 15 * 8**3)
