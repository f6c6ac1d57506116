"""Each formula against numbers worked out by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest

from jobs.pricing import profile
from jobs.pricing.analyse import analyse
from jobs.pricing.hanging import hanging_area
from jobs.pricing.metal import metal, sprue_volume, wax_volume
from jobs.pricing.placement import on_plate
from jobs.pricing.powder import aged_powder, chamber_share
from jobs.pricing.profiles import CastingProfile, SlaProfile, SlsProfile
from jobs.pricing.resin import layer_seconds, support_volume
from tests.unit.jobs import solids


def resin() -> SlaProfile:
    found = profile("sla-005")
    assert isinstance(found, SlaProfile)
    return found


def nylon(code: str = "sls-012") -> SlsProfile:
    found = profile(code)
    assert isinstance(found, SlsProfile)
    return found


def lost_wax() -> CastingProfile:
    found = profile("wax-005")
    assert isinstance(found, CastingProfile)
    return found


def test_resin_takes_as_long_as_a_slicer_states_for_a_cube_of_ten() -> None:
    # PrusaSlicer 2.5 with these settings, no supports: 200 layers, 1131.909 s.
    assert sum(layer_seconds(200, 0, resin())) == pytest.approx(1131.909, abs=1e-3)


def test_resin_takes_as_long_as_a_slicer_states_under_other_settings() -> None:
    assert sum(layer_seconds(200, 0, replace(resin(), exposure_s=10.0))) == pytest.approx(
        2668.636, abs=1e-3
    )
    assert sum(layer_seconds(200, 0, replace(resin(), fading_layers=20))) == pytest.approx(
        1247.905, abs=1e-3
    )


def test_each_slow_layer_tilts_longer() -> None:
    fast, slow = (sum(layer_seconds(200, count, resin())) for count in (0, 40))
    assert slow - fast == pytest.approx(40 * (6.0 - 2.5))
    # A slab of 110 × 60 × 3 mm with a block of 50 × 50 × 3 mm on it, PrusaSlicer 2.5.
    assert sum(layer_seconds(120, 60, resin())) == pytest.approx(961.909, abs=1e-3)


def test_layers_that_expose_much_of_the_plate_are_slow() -> None:
    slab = [solids.box(110, 60, 3), solids.box(50, 50, 3, at=(10, 5, 3))]
    found = analyse(solids.mesh(np.concatenate(slab)), resin(), supports=False)
    assert found.print_time_s == pytest.approx(961.909, rel=2e-3)


def test_a_print_of_fewer_layers_than_are_exposed_longer_is_not_charged_for_the_others() -> None:
    exposure, _ = layer_seconds(2, 0, resin())
    assert exposure == pytest.approx(50)


def test_resin_supports_are_a_pad_and_what_holds_the_part_from_below_and_at_its_sides() -> None:
    supports = replace(resin().supports, pad_mm=2.0, pad_share=0.5, foot_mm=1.5, side_mm=0.1)
    found = support_volume((100.0, 40.0), 30.0, 80.0, replace(resin(), supports=supports))
    assert found == pytest.approx(100 * 0.5 * 2 + 80 * 1.5 + 40 * 30 * 0.1)


def test_a_table_hangs_by_the_underside_of_its_top_and_by_its_feet() -> None:
    table = np.concatenate(
        [solids.box(20, 20, 2, at=(0, 0, 10)), solids.box(4, 4, 10, at=(8, 8, 0))]
    )
    assert hanging_area(on_plate(table), 45.0) == pytest.approx(400 + 16)


def test_a_slope_hangs_when_it_looks_down_more_than_the_angle() -> None:
    # Turned by 40°, the bottom hangs and the side beside it does not; past 45° both change places.
    ramp = solids.box(10, 20, 30)
    less, more = (hanging_area(on_plate(ramp, 1.0, (0, turn, 0)), 45.0) for turn in (40, 50))
    assert less == pytest.approx(10 * 20 * math.cos(math.radians(40)), rel=1e-4)
    assert more == pytest.approx(30 * 20 * math.cos(math.radians(40)), rel=1e-4)


def test_a_part_takes_the_share_of_the_chamber_that_it_fills_between_others() -> None:
    small = replace(
        nylon(), chamber_mm=(100.0, 100.0, 100.0), packing=0.25, gap_mm=2.0, nesting=0.5
    )
    # A box of 10,000 mm³ with its gap, of which a quarter is the part: half of it is taken.
    assert chamber_share((8.0, 18.0, 48.0), 2500.0, small) == pytest.approx(5000 / 250_000)


def test_even_a_sheet_takes_room_in_the_chamber() -> None:
    assert chamber_share((100.0, 100.0, 50.0), 0.0, nylon()) > 0.001


def test_powder_that_is_too_old_is_thrown_away() -> None:
    # A share of 1 % of 1,000 cm³ is 10 cm³: 2 cm³ of part, 8 cm³ of loose powder, which are
    # 3.6 cm³ of solid. Half of 5.6 cm³ has to be new, and the part takes 2 of it.
    small = replace(nylon(), chamber_mm=(100.0, 100.0, 100.0), refresh=0.5, bulk_density=0.45)
    assert aged_powder(2000.0, 0.01, small) == pytest.approx(2800 - 2000)


def test_dense_parts_leave_no_powder_to_age() -> None:
    small = replace(nylon(), chamber_mm=(100.0, 100.0, 100.0), refresh=0.2, bulk_density=0.45)
    assert aged_powder(4000.0, 0.01, small) == 0


def test_lamps_waste_less_powder_than_lasers() -> None:
    assert aged_powder(8000.0, 1e-3, nylon("mjf-008")) < aged_powder(8000.0, 1e-3, nylon())


def test_a_casting_uses_up_its_metal_a_share_of_the_sprue_and_what_is_lost() -> None:
    gold = replace(lost_wax(), sprue_share=0.2, sprue_least_mm3=50.0, reclaimed=0.75, loss=0.05)
    # sprue 200, of which a quarter is not melted again; 5 % of 1,200 are lost
    assert metal(1000.0, gold) == pytest.approx((50.0, 60.0))
    assert sprue_volume(100.0, gold) == 50.0


def test_a_wax_is_larger_than_its_casting_in_every_direction() -> None:
    wide = replace(lost_wax(), sprue_share=0.0, sprue_least_mm3=0.0, shrinkage=0.02)
    assert wax_volume(1000.0, wide) == pytest.approx(1000 * 1.02**3)
