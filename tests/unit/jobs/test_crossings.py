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
