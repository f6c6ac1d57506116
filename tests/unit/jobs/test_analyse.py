import json

import numpy as np
import pytest

from jobs.models.samples import sample_names, sample_triangles
from jobs.pricing import (
    Analysis,
    PriceRefused,
    default_price_book,
    price,
    profile,
    profile_ids,
    rough_analysis,
)
from jobs.pricing.analyse import analyse
from jobs.pricing.profiles.milling import ASK_A_PERSON
from tests.unit.jobs import solids

MACHINES = [code for code in profile_ids() if profile(code).technology != "cnc"]


def of(triangles: np.ndarray, code: str = "fdm-020", **more: object) -> Analysis:
    return analyse(solids.mesh(triangles), profile(code), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("code", profile_ids())
def test_an_analysis_survives_json(code: str) -> None:
    found = of(solids.box(20, 20, 20), code)
    assert Analysis.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_an_analysis_of_another_version_is_not_believed() -> None:
    data = of(solids.box()).to_dict() | {"version": 0}
    with pytest.raises(ValueError, match="version"):
        Analysis.from_dict(data)


@pytest.mark.parametrize("code", MACHINES)
def test_estimates_lie_in_their_intervals_and_are_positive(code: str) -> None:
    found = of(solids.sphere(12), code)
    assert 0 < found.print_time_interval_s[0] < found.print_time_s < found.print_time_interval_s[1]
    low, high = found.material_interval_mm3
    assert 0 < low < found.material_mm3 < high


def test_a_cube_of_ten_is_estimated_as_a_slicer_does() -> None:
    # PrusaSlicer 2.5 with the settings of fdm-020: 498 s and 600 mm³.
    found = of(solids.box(10, 10, 10), supports=False)
    assert found.print_time_s == pytest.approx(498, rel=0.1)
    assert found.material_mm3 == pytest.approx(600, rel=0.03)
    assert found.layers == 50


def test_features_add_up_to_the_estimate() -> None:
    found = of(sample_triangles("bracket"))
    assert sum(use.time_s for use in found.features) == pytest.approx(found.print_time_s)
    assert sum(use.volume_mm3 for use in found.features) == pytest.approx(found.material_mm3)


def test_scale_and_turn_are_applied_before_the_part_is_measured() -> None:
    found = of(solids.box(1, 2, 3), scale_to_mm=25.4, rotation=(90.0, 0.0, 0.0))
    assert found.box_mm == pytest.approx((25.4, 76.2, 50.8), rel=1e-5)
    assert found.volume_mm3 == pytest.approx(6 * 25.4**3, rel=1e-4)


def test_a_turned_part_takes_other_supports() -> None:
    lying = of(sample_triangles("hook"))
    standing = of(sample_triangles("hook"), rotation=(90.0, 0.0, 0.0))
    assert standing.support_mm3 > 3 * lying.support_mm3 + 100


def test_without_supports_nothing_is_supported() -> None:
    turned = of(sample_triangles("hook"), rotation=(90.0, 0.0, 0.0), supports=False)
    assert turned.support_mm3 == 0


def test_a_part_inside_out_is_analysed_as_if_it_were_not() -> None:
    outside, inside = of(solids.sphere(10)), of(solids.sphere(10)[:, ::-1])
    assert inside.print_time_s == pytest.approx(outside.print_time_s, rel=1e-3)


def test_an_open_mesh_goes_to_a_person_with_a_wider_interval() -> None:
    whole, opened = of(solids.box(20, 20, 20)), of(solids.box(20, 20, 20)[:-1])
    assert whole.review == ()
    assert "not closed" in opened.review[0]

    def width(found: Analysis) -> float:
        low, high = found.print_time_interval_s
        return (high - low) / found.print_time_s

    assert width(opened) > width(whole)


def test_a_sheet_thinner_than_a_line_goes_to_a_person() -> None:
    assert of(solids.box(30, 30, 0.3), rotation=(90.0, 0.0, 0.0)).review


def test_a_flat_sheet_without_volume_goes_to_a_person_in_every_technology() -> None:
    sheet = solids.box(20, 20, 20)[:2]
    for code in profile_ids():
        assert of(sheet, code, rotation=(0.0, 45.0, 0.0)).review, code


@pytest.mark.parametrize("name", sample_names())
def test_demo_parts_need_no_person(name: str) -> None:
    assert of(sample_triangles(name)).review == ()


def test_a_rough_analysis_is_marked_and_in_the_neighbourhood() -> None:
    found = of(sample_triangles("bracket"))
    rough = rough_analysis(profile("fdm-020"), found.box_mm, found.volume_mm3, found.area_mm2)
    assert rough.rough
    assert rough.print_time_s == pytest.approx(found.print_time_s, rel=0.5)
    assert rough.material_mm3 == pytest.approx(found.material_mm3, rel=0.3)


def test_a_quarter_of_a_million_triangles_are_analysed() -> None:
    found = of(solids.sphere(20, detail=250))
    assert found.triangles == 249_000
    assert found.volume_mm3 == pytest.approx(4 / 3 * np.pi * 20**3, rel=1e-3)


@pytest.mark.parametrize("code", profile_ids())
def test_a_part_as_large_as_a_house_is_told_so_without_being_cut(code: str) -> None:
    found = of(sample_triangles("vase"), code, scale_to_mm=1000.0)
    assert found.rough
    assert "larger than 1,000 mm" in found.review[0]


@pytest.mark.parametrize("material", ["PLA", "TPU", "RESIN-TOUGH", "PA12", "SILVER-925"])
def test_a_part_as_large_as_a_house_has_no_price(material: str) -> None:
    book = default_price_book()
    chosen = book.material(material)
    assert chosen is not None
    found = of(sample_triangles("vase"), chosen.profile, scale_to_mm=1000.0)
    with pytest.raises(PriceRefused) as refused:
        price(found, material, "raw", 1, book)
    assert refused.value.code == "TOO_LARGE_FOR_MACHINES"


def test_a_part_to_be_milled_is_measured_and_left_to_a_person() -> None:
    found = of(solids.box(20, 30, 40), "cnc")
    assert found.volume_mm3 == pytest.approx(24_000)
    assert (found.print_time_s, found.material_mm3) == (0, 0)
    assert found.review == (ASK_A_PERSON,)
