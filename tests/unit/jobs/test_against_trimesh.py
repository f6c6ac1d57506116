"""Our readers and our geometry against trimesh's, which shares no code with them."""

from pathlib import Path

import numpy as np
import pytest
import trimesh

from jobs.meshes import read
from jobs.models.check import check
from jobs.models.samples import sample_names, sample_triangles


def as_trimesh(name: str) -> trimesh.Trimesh:
    triangles = sample_triangles(name)
    corners = triangles.reshape(-1, 3)
    mesh = trimesh.Trimesh(corners, np.arange(len(corners)).reshape(-1, 3), process=True)
    mesh.merge_vertices()
    return mesh


@pytest.mark.parametrize("name", sample_names())
@pytest.mark.parametrize("kind", ["stl", "stl_ascii", "obj", "ply", "glb"])
def test_a_file_that_trimesh_wrote_is_read_as_trimesh_measures_it(
    name: str, kind: str, tmp_path: Path
) -> None:
    theirs = as_trimesh(name)
    file = tmp_path / f"part.{kind}"
    written = theirs.export(file_type=kind)
    file.write_bytes(written.encode() if isinstance(written, str) else written)
    ours = read(file)
    report = check(ours, build_volumes=(), unit="mm")
    assert report.triangles == len(theirs.faces)
    assert report.watertight == theirs.is_watertight
    assert report.volume_mm3 == pytest.approx(theirs.volume, rel=1e-4)
    assert report.area_mm2 == pytest.approx(theirs.area, rel=1e-4)
    assert sorted(report.box_mm) == pytest.approx(sorted(theirs.extents), rel=1e-4)
