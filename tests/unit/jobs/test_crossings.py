import numpy as np
import pytest

from jobs.pricing import crossings
from jobs.pricing.crossings import Planes, Segments
from jobs.pricing.placement import on_plate
from tests.unit.jobs import solids


def ends(cut: Segments) -> tuple[list[bytes], list[bytes]]:
    starts = np.stack([cut.layer.astype(np.float32), cut.x0, cut.y0], axis=1) + np.float32(0)
    stops = np.stack([cut.layer.astype(np.float32), cut.x1, cut.y1], axis=1) + np.float32(0)
    return sorted(map(bytes, starts)), sorted(map(bytes, stops))


@pytest.mark.parametrize("turn", [(0.0, 0.0, 0.0), (10.0, 20.0, 30.0), (90.0, 0.0, 45.0)])
def test_outlines_of_a_closed_part_are_closed_to_the_last_bit(
    turn: tuple[float, float, float],
) -> None:
    placed = on_plate(solids.sphere(15), 1.0, turn)
    planes = Planes(placed, 0.2)
    starts, stops = ends(planes.segments(0, planes.count))
    assert starts == stops


def test_layers_cut_one_by_one_are_those_cut_together(monkeypatch: pytest.MonkeyPatch) -> None:
    placed = on_plate(solids.sphere(15))
    kept = Planes(placed, 0.2).segments(40, 60)
    monkeypatch.setattr(crossings, "KEPT", 0)
    cut = Planes(placed, 0.2).segments(40, 60)
    assert ends(cut) == ends(kept)
    assert cut.layer.tolist() == kept.layer.tolist()


def test_triangles_cut_in_portions_give_the_same_outlines(monkeypatch: pytest.MonkeyPatch) -> None:
    tall = np.concatenate([solids.box(4, 4, 90), solids.sphere(15)])
    placed = on_plate(tall, 1.0, (3.0, 4.0, 5.0))
    whole = Planes(placed, 0.2).segments(0, 500)
    monkeypatch.setattr(crossings, "CROSSINGS_AT_ONCE", 7)
    portions = Planes(placed, 0.2).segments(0, 500)
    for name in ("layer", "x0", "y0", "x1", "y1"):
        assert np.array_equal(getattr(portions, name), getattr(whole, name)), name


def test_a_part_is_moved_where_it_lies_only_when_that_is_asked_for() -> None:
    box = solids.box(at=(5, 6, 7))
    assert on_plate(box).min() == 0
    assert box.min() == 5
    assert on_plate(box, 2.0, in_place=True) is box
    assert (box.min(), box.max()) == (0, 20)


def test_a_face_in_a_plane_belongs_to_the_layer_below_it() -> None:
    # Sliced at 0.2 mm, a step that is 1.5 mm high is printed up to 1.6, and a ceiling at 1.5 mm
    # is printed from 1.6 on; so it is for 1.3, which has no exact binary number.
    for height in (1.5, 1.3, np.float32(1.3) * 1):
        plane = round(float(height) / 0.2 - 0.5)
        step = solids.box(10, 10, float(height))
        tower = solids.box(4, 4, 5, at=(20, 0, 0))
        planes = Planes(on_plate(np.concatenate([step, tower])), 0.2)
        assert sorted(set(planes.segments(plane, plane + 1).x0.round(2).tolist()))[0] == 0
        assert planes.segments(plane + 1, plane + 2).x0.min() == 20
        ceiling = solids.box(10, 10, 5 - float(height), at=(0, 0, float(height)))
        planes = Planes(on_plate(np.concatenate([ceiling, tower])), 0.2)
        assert planes.segments(plane, plane + 1).x0.min() == 20
        assert planes.segments(plane + 1, plane + 2).x0.min() == 0


def test_walls_that_lean_are_told_by_their_own_angle() -> None:
    column = solids.box(20, 20, 20)
    column[..., 0] += column[..., 2] * np.float32(np.tan(np.radians(45)))
    planes = Planes(on_plate(column), 0.2)
    assert len(planes.leaning(44.9).segments(0, 100).layer) > 0
    assert len(planes.leaning(45.1).segments(0, 100).layer) == 0
    upright = Planes(on_plate(solids.box(20, 20, 20)), 0.2)
    assert len(upright.leaning(1).segments(0, 100).layer) == 0
