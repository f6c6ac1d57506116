import numpy as np
import pytest

from jobs.pricing import Analysis, default_price_book, price, profile, profile_ids
from jobs.pricing.analyse import analyse
from tests.unit.jobs import solids
from tests.unit.pricing.shapes import block, triangles_of


def of(triangles: np.ndarray, code: str, **more: object) -> Analysis:
    found: Analysis = analyse(solids.mesh(triangles), profile(code), **more)  # type: ignore[arg-type]
    return found


def with_hollow() -> np.ndarray:
    inside = solids.box(10, 10, 10, at=(10, 10, 10))[:, ::-1]
    return np.concatenate([solids.box(30, 30, 30), inside])


@pytest.mark.parametrize("code", profile_ids())
def test_a_thin_rib_goes_to_a_person_who_is_told_where_it_is(code: str) -> None:
    part = triangles_of(block(60, 40, 10) + block(0.3, 30, 20).translate((12, 0, 10)))
    plain, closer = of(part, code), of(part, code, detail=True)
    if code == "cnc":
        assert closer == plain
        return
    assert plain.review == ()
    assert "(42.0, " in closer.review[0]
    assert "0.3 mm thick" in closer.review[0]
    assert closer.smallest_wall_mm == pytest.approx(0.3, rel=1e-3)


def test_a_thin_wall_does_not_make_the_estimate_less_certain() -> None:
    part = triangles_of(block(60, 40, 10) + block(0.3, 30, 20).translate((12, 0, 10)))
    plain, closer = of(part, "fdm-020"), of(part, "fdm-020", detail=True)
    assert closer.print_time_interval_s == plain.print_time_interval_s


def test_a_cup_with_walls_thinner_than_a_line_goes_to_a_person() -> None:
    def cup(wall: float) -> np.ndarray:
        inside = 40 - 2 * wall
        return triangles_of(block(40, 40, 20) - block(inside, inside, 20).translate((0, 0, 1.2)))

    assert "thinner than 0.45 mm, which is less than one line" in of(cup(0.3), "fdm-020").review[0]
    assert of(cup(0.9), "fdm-020").review == ()


def test_an_open_surface_goes_to_a_person() -> None:
    assert "not closed" in of(solids.box(20, 20, 20)[:-1], "fdm-020").review[0]


def test_resin_that_cannot_drain_is_charged_and_a_drain_is_proposed() -> None:
    found = of(with_hollow(), "sla-005")
    assert found.trapped_mm3 == pytest.approx(1000)
    assert {use.code: use.volume_mm3 for use in found.features}["trapped"] == pytest.approx(1000)
    assert "two holes of 4 mm" in found.review[0]


def test_powder_that_cannot_leave_is_lost() -> None:
    found = of(with_hollow(), "sls-012")
    assert "powder would stay" in found.review[0]
    assert {use.code: use.volume_mm3 for use in found.features}["trapped"] == pytest.approx(450)


def test_a_bubble_that_holds_a_drop_needs_nobody() -> None:
    bubble = solids.box(4, 4, 4, at=(10, 10, 10))[:, ::-1]
    part = np.concatenate([solids.box(30, 30, 30), bubble])
    for code in ("sla-005", "sls-012"):
        found = of(part, code)
        assert found.review == ()
        assert found.trapped_mm3 == pytest.approx(64)


def test_a_mould_that_cannot_be_washed_out_goes_to_a_person() -> None:
    assert "mould inside it" in of(with_hollow(), "wax-005").review[0]


def test_air_in_a_filament_print_harms_nobody() -> None:
    found = of(with_hollow(), "fdm-020", detail=True)
    assert found.review == ()
    assert found.trapped_mm3 == pytest.approx(1000)


def test_a_bulky_part_in_resin_should_be_hollowed_and_is_told_what_it_saves() -> None:
    found = of(solids.box(60, 60, 60), "sla-005")
    assert "65 cm³ instead of 216 cm³" in found.review[0]
    assert of(solids.box(30, 30, 30), "sla-005").review == ()


def test_a_wall_that_the_process_makes_may_be_too_thin_for_the_material() -> None:
    part = triangles_of(block(60, 40, 10) + block(0.6, 30, 20).translate((12, 0, 10)))
    found = of(part, "fdm-020", detail=True)
    assert found.review == ()
    quoted = price(found, "PLA", "raw", 1, default_price_book())
    assert "wall is only 0.6 mm thick, and PLA needs 0.8 mm" in quoted.review[0]


@pytest.mark.parametrize("thickness", [0.3, 0.8])
def test_a_wall_is_told_once_and_only_when_it_is_too_thin(thickness: float) -> None:
    part = triangles_of(block(60, 40, 10) + block(thickness, 30, 20).translate((12, 0, 10)))
    found = of(part, "fdm-020", detail=True)
    quoted = price(found, "PLA", "raw", 1, default_price_book())
    assert quoted.review == found.review
    assert len(quoted.review) == (thickness < 0.45)


@pytest.mark.parametrize("code", [code for code in profile_ids() if code != "cnc"])
def test_features_add_up_to_time_and_material(code: str) -> None:
    found = of(with_hollow(), code)
    uses = {use.code: use for use in found.features}
    wax = uses["wax"].volume_mm3 if code == "wax-005" else 0.0
    assert sum(use.time_s for use in uses.values()) == pytest.approx(found.print_time_s)
    assert sum(use.volume_mm3 for use in uses.values()) - wax == pytest.approx(found.material_mm3)


@pytest.mark.parametrize("code", profile_ids())
def test_the_limits_of_a_process_are_said_in_words(code: str) -> None:
    words = profile(code).limits.sentence
    assert words.startswith("Parts up to ")
    assert "holes from" in words
