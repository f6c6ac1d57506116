"""What runs in the sandbox for models: JSON in, JSON and two files out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jobs.meshes import read
from jobs.models.check import check
from jobs.models.preview import preview
from jobs.models.units import MM_PER_UNIT
from jobs.models.viewer import viewer_glb

PREVIEW, VIEWER = "preview.png", "view.glb"


def inspect(
    *,
    path: str,
    build_volumes: Sequence[Sequence[float]] = (),
    unit: str | None = None,
) -> dict[str, Any]:
    """Read the file at `path` (relative to the working directory), check it and draw it.

    Writes `preview.png` and `view.glb` (mm, z up) into the working directory and returns
    {"report": ModelReport.to_dict(), "preview_path": …, "glb_path": …}. Raises ModelRejected.
    """
    mesh = read(Path(path))
    report = check(mesh, [(float(x), float(y), float(z)) for x, y, z in build_volumes], unit=unit)
    Path(PREVIEW).write_bytes(preview(mesh.triangles))
    Path(VIEWER).write_bytes(viewer_glb(mesh.triangles, MM_PER_UNIT[report.unit]))
    return {"report": report.to_dict(), "preview_path": PREVIEW, "glb_path": VIEWER}
