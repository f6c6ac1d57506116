"""The cut of a part into layers, compared with what its geometry must give."""

from dataclasses import fields, replace

import numpy as np
import pytest

from jobs.meshes.measures import measure
from jobs.pricing.crossings import Planes
from jobs.pricing.layers import LayerTable, layers_of, tabulate
from jobs.pricing.placement import on_plate
from jobs.pricing.profiles import FdmProfile, profile
from tests.unit.jobs import solids


@pytest.fixture(scope="module")
def fdm() -> FdmProfile:
    found = profile("fdm-020")
    assert isinstance(found, FdmProfile)
    return found


def cut(triangles: np.ndarray, fdm: FdmProfile, *, supports: bool = False) -> LayerTable:
    return tabulate(Planes(on_plate(triangles), fdm.layer_mm), fdm, supports=supports)


def test_every_layer_of_a_box_has_its_area_and_outline(fdm: FdmProfile) -> None:
    table = cut(solids.box(20, 30, 4), fdm)
    assert table.count == 20
    assert table.area == pytest.approx(np.full(20, 600), rel=1e-5)
    assert table.perimeter == pytest.approx(np.full(20, 100), rel=1e-5)


def test_areas_of_layers_sum_to_the_volume_of_a_ball(fdm: FdmProfile) -> None:
    table = cut(solids.sphere(15), fdm)
    assert table.area.sum() * fdm.layer_mm == pytest.approx(4 / 3 * np.pi * 15**3, rel=0.01)
    assert table.filled.sum() == pytest.approx(table.area.sum(), rel=0.01)


def test_a_tall_box_is_solid_at_its_ends_and_sparse_between(fdm: FdmProfile) -> None:
    table = cut(solids.box(20, 20, 10), fdm)
    solid = table.solid > table.sparse
    expected = np.zeros(50, bool)
    expected[: fdm.bottom_layers] = True
    expected[-fdm.top_layers :] = True
    assert solid.tolist() == expected.tolist()
    assert np.flatnonzero(table.top > 1).tolist() == [49]
    assert np.flatnonzero(table.over_sparse > 1).tolist() == [44]


def test_perimeters_are_a_band_along_the_walls(fdm: FdmProfile) -> None:
    table = cut(solids.box(20, 20, 10), fdm)
    inner = 20 - 2 * fdm.perimeters * fdm.spacing_mm
    assert table.bands[20] == pytest.approx(400 - inner**2, rel=0.03)


def test_a_hole_and_an_island_are_outlines_of_their_own(fdm: FdmProfile) -> None:
    hole = solids.box(10, 10, 4, at=(5, 5, 0))[:, ::-1]
    island = solids.box(5, 5, 4, at=(30, 0, 0))
    table = cut(np.concatenate([solids.box(20, 20, 4), hole, island]), fdm)
    assert table.area[5] == pytest.approx(400 - 100 + 25)
    assert (table.islands[5], table.loops[5]) == (2, 3)


def mushroom() -> np.ndarray:
    return np.concatenate(
        [solids.box(6, 6, 20, at=(12, 12, 0)), solids.box(30, 30, 4, at=(0, 0, 20))]
    )


def test_a_cap_on_a_stem_stands_on_supports(fdm: FdmProfile) -> None:
    table = cut(mushroom(), fdm, supports=True)
    assert table.support[50] == pytest.approx(30 * 30 - 6 * 6, rel=0.4)
    assert table.contact.sum() == pytest.approx(30 * 30 - 6 * 6, rel=0.2)
    assert table.support[105:].sum() == 0


def test_the_lowest_layer_of_supports_reaches_out_to_all_sides(fdm: FdmProfile) -> None:
    reach = fdm.support_margin_mm + fdm.support_base_reach_mm
    side, corners = 30 + 2 * reach, 2 * ((2 - np.sqrt(2)) * reach) ** 2
    found = cut(mushroom(), fdm, supports=True).support_base_mm2
    assert found == pytest.approx(side**2 - corners - 6 * 6, rel=0.04)


def test_supports_end_on_the_part_below_them(fdm: FdmProfile) -> None:
    table = cut(
        np.concatenate([mushroom(), solids.box(40, 40, 2, at=(-5, -5, 0))]), fdm, supports=True
    )
    assert table.support[:9].sum() == 0
    assert table.support[50] > 400


def leaning(degrees: float, turned: float = 0.0) -> np.ndarray:
    """A column that leans to the side, turned about the vertical."""
    column = solids.box(20, 20, 20)
    column[..., 0] += column[..., 2] * np.float32(np.tan(np.radians(degrees)))
    along, across = np.cos(np.radians(turned)), np.sin(np.radians(turned))
    turn = np.array([[along, across, 0], [-across, along, 0], [0, 0, 1]], np.float32)
    turned_column: np.ndarray = column @ turn
    return turned_column


@pytest.mark.parametrize("turned", [0.0, 30.0, 45.0])
@pytest.mark.parametrize("degrees", [30.0, 43.5])
def test_a_wall_that_leans_less_than_the_angle_needs_no_support(
    fdm: FdmProfile, degrees: float, turned: float
) -> None:
    # Sliced with this profile, such a column has supports from between 44 and 44.5 degrees on.
    assert cut(leaning(degrees, turned), fdm, supports=True).support.sum() == 0


@pytest.mark.parametrize("turned", [0.0, 30.0, 45.0])
@pytest.mark.parametrize("degrees", [44.5, 45.0, 46.0, 60.0])
def test_a_wall_that_leans_by_just_the_angle_is_supported(
    fdm: FdmProfile, degrees: float, turned: float
) -> None:
    table = cut(leaning(degrees, turned), fdm, supports=True)
    below = 20 * 20 * np.tan(np.radians(degrees))
    assert table.support[1:3].max() == pytest.approx(below, rel=0.3)
    assert table.contact.sum() == pytest.approx(below, rel=0.5)


@pytest.mark.parametrize(("degrees", "dense"), [(50.0, False), (58.0, True)])
def test_only_what_leans_out_far_rests_on_a_dense_layer(
    fdm: FdmProfile, degrees: float, dense: bool
) -> None:
    # Sliced with this profile: none at 50 degrees, 747 mm³ in a similar column at 55.
    assert bool(cut(leaning(degrees), fdm, supports=True).interface.sum() > 0) is dense


def test_the_hollow_side_of_a_mesh_turned_inside_out_is_not_taken_for_the_outside(
    fdm: FdmProfile,
) -> None:
    column = on_plate(leaning(50.0))
    usual = tabulate(Planes(column, fdm.layer_mm), fdm, supports=True)
    turned = Planes(np.ascontiguousarray(column[:, ::-1]), fdm.layer_mm, inverted=True)
    found = tabulate(turned, fdm, supports=True)
    assert found.support.sum() == pytest.approx(usual.support.sum(), rel=0.01)


def test_supports_keep_a_gap_to_the_part(fdm: FdmProfile) -> None:
    shelf = np.concatenate([mushroom(), solids.box(40, 40, 2, at=(-5, -5, 0))])
    table = cut(shelf, fdm, supports=True)
    assert table.support[[10, 99]].tolist() == [0, 0]
    assert table.support[[11, 98]].min() > 400
    walls = [solids.box(10, 20, 10, at=(x, 0, 0)) for x in (0, 12)]
    tunnel = np.concatenate([*walls, solids.box(22, 20, 2, at=(0, 0, 10))])
    kept, close = (
        cut(tunnel, replace(fdm, support_gap_mm=gap), supports=True).support[25]
        for gap in (fdm.support_gap_mm, 0.0)
    )
    assert close - kept == pytest.approx(2 * 20 * fdm.support_gap_mm, rel=0.4)


def test_a_part_cut_in_slabs_gives_the_same_layers(
    fdm: FdmProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in (mushroom(), np.concatenate([solids.sphere(9), solids.box(4, 4, 30)])):
        whole = cut(part, fdm, supports=True)
        with monkeypatch.context() as small:
            small.setattr("jobs.pricing.layers.CELLS_AT_ONCE", 1)
            slabs = cut(part, fdm, supports=True)
        # Islands are counted in every third layer, and in the first and the last of a slab.
        names = {column.name for column in fields(LayerTable)}
        for name in names - {"islands", "loops", "solid_pieces", "support_islands"}:
            same = getattr(slabs, name) == pytest.approx(getattr(whole, name))
            assert same, name


@pytest.mark.parametrize("supports", [False, True])
def test_what_reaches_out_of_a_part_never_gets_to_its_other_side(
    fdm: FdmProfile, monkeypatch: pytest.MonkeyPatch, supports: bool
) -> None:
    step = np.concatenate([solids.box(30, 30, 4), solids.box(30, 10, 6, at=(0, 0, 4))])
    for part in (step, step[..., [1, 0, 2]][:, ::-1], mushroom()):
        found = cut(part, fdm, supports=supports)
        with monkeypatch.context() as wide:
            wide.setattr("jobs.pricing.raster.LEAST_MARGIN", 50)
            far = cut(part, fdm, supports=supports)
        for column in fields(LayerTable):
            same = getattr(found, column.name) == pytest.approx(getattr(far, column.name))
            assert same, column.name


def test_an_outline_that_is_open_does_not_flood_its_row(fdm: FdmProfile) -> None:
    table = cut(solids.box(20, 20, 10)[:-1], fdm)
    assert table.filled.max() <= 400 * 1.05


def test_bodies_that_almost_touch_are_printed_as_one(fdm: FdmProfile) -> None:
    one = solids.box(10.05, 20, 4)
    other = solids.box(10, 20, 4, at=(10.1, 0, 0))
    both = Planes(on_plate(np.concatenate([one, other])), fdm.layer_mm)
    joined = tabulate(both, fdm, supports=False, closing=True)
    whole = cut(solids.box(20.1, 20, 4), fdm)
    assert joined.islands.tolist() == [1.0] * 20
    assert joined.first_band == pytest.approx(whole.first_band, rel=0.02)


def comb(slit_mm: float) -> np.ndarray:
    """One body, 22 mm deep: a spine with seven teeth of 3 mm and slits between them."""
    cells = [(x, 0.0, width, 2.0) for x, width in _teeth_and_slits(slit_mm)]
    cells += [(x, 2.0, width, 20.0) for x, width in _teeth_and_slits(slit_mm)[::2]]
    every = np.concatenate([solids.box(w, d, 4, at=(x, y, 0)) for x, y, w, d in cells])
    # A wall between two cells is there twice, once in each direction, and no wall of the comb.
    corners = [sorted(map(tuple, triangle.round(3).tolist())) for triangle in every]
    kept: np.ndarray = every[[corners.count(triangle) == 1 for triangle in corners]]
    return kept


def _teeth_and_slits(slit_mm: float) -> list[tuple[float, float]]:
    widths = [3.0, slit_mm] * 6 + [3.0]
    starts = np.concatenate([[0.0], np.cumsum(widths)[:-1]])
    return list(zip(starts.tolist(), widths, strict=True))


def test_a_slit_that_no_line_would_leave_open_is_closed(fdm: FdmProfile) -> None:
    open_, closed = (
        layers_of(part, measure(part), fdm, supports=False)
        for part in (on_plate(comb(1.0)), on_plate(comb(3 / 32)))
    )
    whole = cut(solids.box(21.5625, 22, 4), fdm)
    assert open_.bands[10] > 3 * whole.bands[10]
    assert closed.bands == pytest.approx(whole.bands, rel=0.02)
    assert closed.solid + closed.sparse == pytest.approx(whole.solid + whole.sparse, rel=0.02)


def test_a_gap_that_is_printed_stays_between_bodies(fdm: FdmProfile) -> None:
    one, other = solids.box(10, 20, 4), solids.box(10, 20, 4, at=(11, 0, 0))
    both = Planes(on_plate(np.concatenate([one, other])), fdm.layer_mm)
    assert tabulate(both, fdm, supports=False, closing=True).islands.tolist() == [2.0] * 20


def test_what_is_too_narrow_for_infill_widens_the_perimeters(fdm: FdmProfile) -> None:
    lines = 2 * fdm.perimeters * fdm.spacing_mm
    table = cut(solids.box(lines + 0.3, 40, 4), fdm)
    assert table.sparse.sum() == 0
    assert table.widened.min() > 0
    assert cut(solids.box(20, 40, 8), fdm).widened[20] == pytest.approx(0, abs=0.5)


def test_solid_pieces_are_counted_without_specks(fdm: FdmProfile) -> None:
    posts = np.concatenate([solids.box(6, 6, 4, at=(12.0 * at, 0, 0)) for at in range(3)])
    table = cut(posts, fdm)
    assert table.solid_pieces[0] == 3
    speck = cut(solids.box(2, 2, 4), fdm)
    assert speck.solid_pieces[0] == 0
