import numpy as np
import pytest

from jobs.models.samples import sample_names, sample_triangles
from jobs.pricing import Analysis, profile
from jobs.pricing.analyse import analyse
from jobs.pricing.orientations import fits, ways
from jobs.pricing.placement import on_plate, rotation_matrix
from jobs.pricing.turns import angles_of, laying, squared
from tests.unit.jobs import solids
from tests.unit.pricing.shapes import block, triangles_of

ROOM = (400.0, 400.0, 400.0)


def of(triangles: np.ndarray, code: str = "fdm-020", **more: object) -> Analysis:
    found: Analysis = analyse(solids.mesh(triangles), profile(code), detail=True, **more)  # type: ignore[arg-type]
    return found


def heights(found: Analysis) -> dict[str, float]:
    return {one.code: one.box_mm[2] for one in found.orientations}


def table() -> np.ndarray:
    """A plate on one leg: upside down it needs nothing."""
    return np.concatenate(
        [solids.box(40, 40, 4, at=(0, 0, 20)), solids.box(10, 10, 20.2, at=(15, 15, 0))]
    )


def test_a_table_is_laid_on_its_top() -> None:
    found = of(table())
    given, least = found.orientations[:2]
    assert (given.code, least.code) == ("as_given", "least_support")
    assert least.support_mm3 == 0 < given.support_mm3
    assert least.print_time_s < given.print_time_s
    assert on_plate(table(), 1.0, least.rotation_deg)[:12, :, 2].max() == pytest.approx(4, abs=1e-3)


def test_a_tower_is_laid_on_its_side_where_height_counts() -> None:
    found = of(solids.box(8, 12, 40))
    assert heights(found) == {"as_given": 40, "least_height": pytest.approx(8)}


def test_what_is_proposed_is_what_an_analysis_of_it_says() -> None:
    hook = solids.mesh(sample_triangles("hook"))
    found = analyse(hook, profile("fdm-020"), 0.4, (90.0, 0.0, 0.0), detail=True)
    assert len(found.orientations) > 1
    for one in found.orientations:
        again = analyse(hook, profile("fdm-020"), 0.4, one.rotation_deg)
        assert again.print_time_s == pytest.approx(one.print_time_s, rel=0.02), one.code
        assert again.support_mm3 == pytest.approx(one.support_mm3, rel=0.05, abs=20), one.code
        assert again.box_mm == pytest.approx(one.box_mm, abs=0.01), one.code


def test_a_part_that_lies_well_is_left_as_it_lies() -> None:
    assert [one.code for one in of(solids.box(30, 20, 5)).orientations] == ["as_given"]


def test_no_way_is_proposed_that_fits_no_machine() -> None:
    tall = of(solids.box(60, 70, 140), "sla-005")
    assert [one.code for one in tall.orientations] == ["as_given"]
    assert len(of(solids.box(60, 70, 120), "sla-005").orientations) == 2


def test_a_plate_is_laid_square_to_the_machine() -> None:
    askew = on_plate(triangles_of(block(60, 20, 80)), 1.0, (0, 0, 30))
    found = of(askew).orientations[-1]
    assert found.code == "least_height"
    assert sorted(found.box_mm) == pytest.approx([20, 60, 80], abs=0.05)


def test_faces_of_the_hull_are_tried_besides_the_sides_of_the_box() -> None:
    leaning = on_plate(triangles_of(block(60, 40, 8)), 1.0, (33, 21, 0))
    lowest = of(leaning).orientations[-1]
    assert lowest.box_mm[2] == pytest.approx(8, abs=0.05)
    assert lowest.support_mm3 == 0


def test_proposals_are_the_same_each_time() -> None:
    part = sample_triangles("bracket")
    assert ways(part, ROOM, 45.0)[-1].box_mm == ways(part.copy(), ROOM, 45.0)[-1].box_mm
    assert of(part, "sla-005").orientations == of(part.copy(), "sla-005").orientations


def test_a_flat_sheet_has_only_the_sides_of_its_box() -> None:
    found = ways(solids.box(20, 20, 20)[:2], ROOM, 45.0)
    assert 1 <= len(found) <= 6


def test_a_floor_may_be_turned_by_a_right_angle() -> None:
    assert fits((80, 120, 10), (127, 80, 150))
    assert not fits((81, 81, 10), (127, 80, 150))
    assert not fits((10, 10, 151), (127, 80, 150))


@pytest.mark.parametrize(
    "rotation",
    [(0, 0, 0), (90, 0, 0), (10, 20, 30), (180, 0, 0), (0, -90, 0), (25, 90, 0), (-170, 45, 120)],
)
def test_angles_turn_as_their_matrix_does(rotation: tuple[float, float, float]) -> None:
    matrix = rotation_matrix(rotation)
    assert rotation_matrix(angles_of(matrix)) == pytest.approx(matrix, abs=2e-5)


def test_what_shall_lie_down_does() -> None:
    random = np.random.default_rng(7).normal(size=(50, 3))
    for down in random / np.linalg.norm(random, axis=1)[:, None]:
        assert laying(down) @ down == pytest.approx([0, 0, -1], abs=1e-9)


def test_a_turn_about_the_vertical_is_left_out_where_it_saves_nothing() -> None:
    corners = solids.box(30, 20, 10).reshape(-1, 3).astype(np.float64)
    assert squared(corners).tolist() == np.eye(3).tolist()


@pytest.mark.parametrize("name", sample_names())
def test_demo_parts_need_no_person_after_a_closer_look(name: str) -> None:
    found = of(sample_triangles(name), "sls-012")
    assert found.review == ()
    assert found.smallest_wall_mm is not None
    assert found.orientations[0].code == "as_given"
