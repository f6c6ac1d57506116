import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from jobs.meshes import read
from jobs.meshes.measures import measure
from jobs.models import ModelReport, guess_unit
from jobs.models.check import check
from jobs.models.preview import preview
from jobs.models.samples import sample_names, sample_triangles, write_sample
from jobs.models.viewer import viewer_glb
from tests.unit.jobs import solids

MACHINES = [(250.0, 210.0, 210.0), (300.0, 300.0, 300.0)]


def report(triangles: np.ndarray, unit: str | None = None) -> ModelReport:
    return check(solids.mesh(triangles, unit), MACHINES)


def codes(triangles: np.ndarray, unit: str | None = None) -> set[str]:
    return {warning.code for warning in report(triangles, unit).warnings}


def pixels(data: bytes) -> np.ndarray:
    """The picture of one of our own PNG files: (height, width, 4)."""
    width, height = struct.unpack(">II", data[16:24])
    at, packed = 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        packed += data[at + 8 : at + 8 + size] if kind == b"IDAT" else b""
        at += 12 + size
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, 1 + width * 4)
    assert (rows[:, 0] == 2).all()
    return np.cumsum(rows[:, 1:], axis=0, dtype=np.uint8).reshape(height, width, 4)


def test_a_sound_part_has_nothing_to_warn_of() -> None:
    found = report(solids.box(20, 30, 40))
    assert found.warnings == ()
    assert (found.unit, found.ask_unit, found.watertight) == ("mm", False, True)
    assert found.volume_mm3 == pytest.approx(24_000)


def test_a_report_survives_json() -> None:
    found = report(solids.box(1, 1, 1)[:-1])
    assert ModelReport.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_sizes_are_told_in_mm_under_the_declared_unit() -> None:
    found = report(solids.box(1, 2, 3), unit="inch")
    assert found.box_mm == pytest.approx((25.4, 50.8, 76.2))
    assert found.area_mm2 == pytest.approx(22 * 25.4**2)


@pytest.mark.parametrize(
    ("declared", "longest", "unit", "ask"),
    [
        (None, 40.0, "mm", False),
        (None, 2.0, "inch", True),
        (None, 0.08, "m", True),
        (None, 1200.0, "mm", True),
        (None, 5.0, "mm", True),
        ("m", 0.08, "m", False),
        ("m", 80.0, "m", True),
        ("inch", 3.0, "inch", False),
    ],
)
def test_units_are_guessed_and_asked_for_when_in_doubt(
    declared: str | None, longest: float, unit: str, *, ask: bool
) -> None:
    guess = guess_unit(declared, longest)
    assert (guess.unit, guess.ask) == (unit, ask)


def test_each_doubt_has_its_warning() -> None:
    box = solids.box(20, 20, 20)
    assert codes(box[:-1]) == {"NOT_WATERTIGHT"}
    assert codes(box[:, ::-1]) == {"INSIDE_OUT"}
    assert codes(np.concatenate([box, solids.box(5, 5, 5, at=(40, 0, 0))])) == {"SEVERAL_BODIES"}
    assert codes(np.concatenate([box, box[:1, [0, 0, 0]]])) == {"DEGENERATE_TRIANGLES"}
    assert codes(solids.box(60, 60, 0.5)) == {"THIN_WALLS"}
    assert codes(solids.box(400, 20, 20)) == {"TOO_LARGE_FOR_MACHINES"}
    assert "UNITS_UNCERTAIN" in codes(solids.box(2, 2, 2))
    assert {"NO_VOLUME", "NOT_WATERTIGHT"} <= codes(box[:2])


def test_a_part_may_lie_on_any_side_in_the_machine() -> None:
    assert "TOO_LARGE_FOR_MACHINES" not in codes(solids.box(20, 20, 299))


def test_every_warning_is_a_sentence() -> None:
    for warning in report(solids.box(0.5, 0.5, 0.5)[:-1]).warnings:
        assert warning.sentence.endswith(".")


def test_a_preview_shows_the_part_on_a_transparent_ground() -> None:
    picture = pixels(preview(solids.box(20, 20, 20)))
    assert picture.shape == (360, 480, 4)
    assert picture[0, 0, 3] == 0
    assert picture[180, 240, 3] == 255
    assert 0.1 < (picture[..., 3] == 255).mean() < 0.7


def test_a_preview_is_shaded_by_the_sides_that_are_seen() -> None:
    picture = pixels(preview(solids.box(20, 20, 20)))
    seen = picture[picture[..., 3] == 255][:, 2]
    shades = np.bincount(seen, minlength=256)
    assert (shades > 2000).sum() == 3


def test_the_nearer_of_two_surfaces_is_drawn_whichever_comes_first() -> None:
    ball, wall = solids.sphere(12), solids.box(40, 1, 40, at=(-20, 30, -20))
    one, other = (
        pixels(preview(np.concatenate(order))).astype(int) for order in ((ball, wall), (wall, ball))
    )
    assert (np.abs(one - other).max(axis=2) > 8).mean() < 0.002
    wall_alone = pixels(preview(wall)).astype(int)
    assert len(np.unique(one[..., 2])) > 2 * len(np.unique(wall_alone[..., 2]))


def test_a_fine_mesh_has_no_holes_in_its_preview() -> None:
    picture = pixels(preview(solids.sphere(10, detail=300)))
    middle = picture[120:240, 180:300, 3]
    assert (middle == 255).all()


def test_a_preview_of_a_flat_or_tiny_part_is_still_a_picture() -> None:
    for triangles in (solids.box(1, 1, 1)[:1], solids.box(1e-6, 1e-6, 1e-6), solids.box(9, 9, 0)):
        assert pixels(preview(triangles)).shape == (360, 480, 4)


def test_the_viewer_gets_the_same_part_in_mm(tmp_path: Path) -> None:
    (tmp_path / "view.glb").write_bytes(viewer_glb(solids.box(1, 2, 3), 25.4))
    found = measure(read(tmp_path / "view.glb").triangles)
    assert found.volume == pytest.approx(6 * 25.4**3, rel=1e-5)
    assert found.closed


def test_the_viewer_gets_few_triangles_of_the_same_shape(tmp_path: Path) -> None:
    (tmp_path / "view.glb").write_bytes(viewer_glb(solids.sphere(10, detail=200), most=20_000))
    mesh = read(tmp_path / "view.glb")
    found = measure(mesh.triangles)
    assert 5_000 < mesh.count <= 20_000
    assert found.volume == pytest.approx(4 / 3 * np.pi * 1000, rel=0.02)
    assert found.box == pytest.approx((20, 20, 20), rel=0.02)


@pytest.mark.parametrize("name", sample_names())
def test_demo_parts_are_sound_and_of_a_sensible_size(name: str, tmp_path: Path) -> None:
    mesh = read(write_sample(name, tmp_path / name))
    found = measure(mesh.triangles)
    assert (found.closed, found.inverted, found.bodies) == (True, False, 1)
    assert 20 <= max(found.box) <= 120
    assert sample_triangles(name).min() == 0


def test_the_demo_has_a_bracket_a_ring_and_a_gear() -> None:
    assert {"bracket", "ring", "gear"} <= set(sample_names())
    assert 6 <= len(sample_names()) <= 8
