import pytest

from jobs.models.samples import sample_names, sample_triangles
from jobs.pricing import profile, profile_ids, rough_analysis
from jobs.pricing.analyse import analyse
from jobs.pricing.profiles.milling import ASK_A_PERSON
from tests.unit.jobs import solids

PRINTED = ("fdm-020", "sla-005", "sls-012", "mjf-008", "wax-005")


@pytest.mark.parametrize("code", PRINTED)
@pytest.mark.parametrize("name", sample_names())
def test_the_analysis_lies_in_the_interval_of_the_rough_estimate(code: str, name: str) -> None:
    found = analyse(solids.mesh(sample_triangles(name)), profile(code))
    rough = rough_analysis(profile(code), found.box_mm, found.volume_mm3, found.area_mm2)
    low, high = rough.print_time_interval_s
    assert low < found.print_time_s < high
    low, high = rough.material_interval_mm3
    assert low < found.material_mm3 < high


@pytest.mark.parametrize("code", PRINTED)
def test_the_interval_of_a_rough_estimate_is_wider_than_that_of_the_analysis(code: str) -> None:
    found = analyse(solids.mesh(sample_triangles("bracket")), profile(code))
    rough = rough_analysis(profile(code), found.box_mm, found.volume_mm3, found.area_mm2)
    for ends, estimate, rough_ends, rough_estimate in (
        (
            found.print_time_interval_s,
            found.print_time_s,
            rough.print_time_interval_s,
            rough.print_time_s,
        ),
        (
            found.material_interval_mm3,
            found.material_mm3,
            rough.material_interval_mm3,
            rough.material_mm3,
        ),
    ):
        assert (ends[1] - ends[0]) / estimate < (rough_ends[1] - rough_ends[0]) / rough_estimate


@pytest.mark.parametrize("code", profile_ids())
def test_a_rough_estimate_says_that_it_is_one(code: str) -> None:
    rough = rough_analysis(profile(code), (10, 10, 10), 1000, 600)
    assert rough.rough
    assert rough.technology == profile(code).technology


def test_milling_has_no_rough_number_either() -> None:
    rough = rough_analysis(profile("cnc"), (10, 10, 10), 1000, 600)
    assert (rough.print_time_s, rough.material_mm3) == (0, 0)
    assert rough.review == (ASK_A_PERSON,)
