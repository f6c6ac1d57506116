"""A repair is offered where it is clearly right, says what it changes, and closes the surface."""

from pathlib import Path

import numpy as np
import pytest

from jobs.meshes import Mesh, ModelRejected, Triangles, read
from jobs.meshes.measures import measure
from jobs.meshes.repair import repair
from jobs.meshes.stl import write_binary
from jobs.meshes.welding import merged, welded
from jobs.models.entry import inspect
from jobs.models.entry import repair as repair_file
from jobs.models.mending import offer
from jobs.models.report import ModelReport, RepairOffer
from jobs.models.samples import sample_triangles


def mesh(triangles: Triangles, unit: str | None = None) -> Mesh:
    return Mesh(np.ascontiguousarray(triangles, np.float32), unit, "stl")


def loosened(triangles: Triangles, share: float) -> Triangles:
    """Each corner of each triangle moved by up to `share` of the size, as by careless rounding."""
    size = float(np.ptp(triangles.reshape(-1, 3), axis=0).max())
    moved = np.random.default_rng(7).uniform(-share, share, triangles.shape) * size
    return (triangles + moved).astype(np.float32)


def without_smallest(triangles: Triangles, count: int) -> Triangles:
    sides = triangles - np.roll(triangles, 1, axis=1)
    order = np.argsort(np.linalg.norm(sides, axis=2).sum(axis=1))
    return np.delete(triangles, order[:count], axis=0)


@pytest.mark.parametrize("name", ["bracket", "gear", "ring"])
def test_corners_that_nearly_meet_are_joined(name: str) -> None:
    whole = sample_triangles(name)
    found = repair(mesh(loosened(whole, 1e-5)))
    assert found is not None
    assert found.kind == "merged"
    after = measure(found.triangles)
    assert after.closed
    assert not after.inverted
    assert after.volume == pytest.approx(measure(whole).volume, rel=1e-3)


@pytest.mark.parametrize("missing", [1, 3])
def test_small_holes_are_filled_and_counted(missing: int) -> None:
    whole = sample_triangles("gear")
    found = repair(mesh(without_smallest(whole, missing)))
    assert found is not None
    assert found.kind == "filled"
    assert 3 <= found.open_edges <= 3 * missing
    assert measure(found.triangles).closed
    assert found.volume_after == pytest.approx(measure(whole).volume, rel=1e-3)


def test_a_closed_part_gets_no_offer() -> None:
    assert repair(mesh(sample_triangles("bracket"))) is None


def test_half_a_part_is_left_to_a_person() -> None:
    whole = sample_triangles("bracket")
    upper = whole[whole[:, :, 2].mean(axis=1) > 4]
    assert repair(mesh(upper)) is None


def test_a_large_mesh_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = mesh(without_smallest(sample_triangles("gear"), 1))
    monkeypatch.setattr("jobs.meshes.repair.REPAIRED_UP_TO", broken.count - 1)
    assert repair(broken) is None


def test_corners_that_crowd_in_one_place_are_a_tangle_and_not_joined() -> None:
    tangle = np.random.default_rng(3).uniform(0, 1e-6, (300, 3, 3)).astype(np.float32)
    points, faces = welded(tangle)
    assert merged(points, faces, 1e-3) is faces


def test_the_sentence_tells_what_would_change() -> None:
    closing = RepairOffer("filled", 12, 1000.0, 1003.0, 800)
    assert closing.sentence == (
        "12 open edges would be closed by filling small holes; the volume changes by +0.3 %."
    )
    same = RepairOffer("merged", 1, 1000.0, 1000.1, 800)
    assert same.sentence == (
        "1 open edge would be closed by joining corners that nearly meet; "
        "the volume stays the same."
    )


def test_the_offer_is_in_cubic_millimetres_whatever_the_unit() -> None:
    broken = mesh(without_smallest(sample_triangles("gear"), 1))
    in_mm, in_inch = offer(broken, "mm"), offer(broken, "inch")
    assert in_mm is not None
    assert in_inch is not None
    assert in_inch.volume_after_mm3 == pytest.approx(in_mm.volume_after_mm3 * 25.4**3)
    assert in_inch.volume_change == pytest.approx(in_mm.volume_change)


def test_the_check_offers_and_accepting_gives_a_closed_file_of_the_same_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_binary(without_smallest(sample_triangles("gear"), 2), tmp_path / "broken")
    report = ModelReport.from_dict(inspect(path="broken")["report"])
    assert not report.watertight
    assert report.repair is not None
    made = repair_file(path="broken")
    after = ModelReport.from_dict(made["report"])
    assert after.watertight
    assert after.repair is None
    assert after.unit == report.unit
    assert after.box_mm == pytest.approx(report.box_mm)
    assert after.volume_mm3 == pytest.approx(report.repair.volume_after_mm3)
    assert read(tmp_path / "repaired.stl").count == report.repair.triangles_after


def test_what_cannot_be_closed_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_binary(sample_triangles("bracket")[:5], tmp_path / "broken")
    with pytest.raises(ModelRejected) as refused:
        repair_file(path="broken")
    assert refused.value.code == "NOT_REPAIRABLE"


def test_a_report_from_before_repairs_can_still_be_read() -> None:
    stored = ModelReport.from_dict(
        {
            "format": "stl", "unit": "mm", "unit_confidence": 1.0, "ask_unit": False,
            "box_mm": [1, 1, 1], "volume_mm3": 1, "area_mm2": 6, "triangles": 12, "bodies": 1,
            "objects": 1, "watertight": True, "inverted": False, "degenerate_triangles": 0,
            "warnings": [],
        }
    )  # fmt: skip
    assert stored.repair is None
