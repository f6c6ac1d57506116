"""What runs in the sandbox for models: JSON in, JSON and two files out."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from jobs.meshes import Mesh, read
from jobs.meshes.stl import write_binary
from jobs.models.check import BuildVolume, check
from jobs.models.mending import mended, offer
from jobs.models.preview import preview
from jobs.models.report import ModelReport
from jobs.models.units import MM_PER_UNIT
from jobs.models.viewer import viewer_glb

PREVIEW, VIEWER, REPAIRED = "preview.png", "view.glb", "repaired.stl"


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
    report = check(mesh, _volumes(build_volumes), unit=unit)
    if not report.watertight:
        report = replace(report, repair=offer(mesh, report.unit))
    return _drawn(mesh, report)


def repair(*, path: str, build_volumes: Sequence[Sequence[float]] = ()) -> dict[str, Any]:
    """Close the surface of the file at `path`, write it as `repaired.stl`, and inspect that.

    It is in the unit of the original where that was not declared, else in mm. Returns what
    `inspect` does and "repaired_path". Raises ModelRejected NOT_REPAIRABLE and what `read` raises.
    """
    original = read(Path(path))
    write_binary(mended(original), Path(REPAIRED))
    made = replace(read(Path(REPAIRED)), unit="mm" if original.unit else None)
    return _drawn(made, check(made, _volumes(build_volumes))) | {"repaired_path": REPAIRED}


def _drawn(mesh: Mesh, report: ModelReport) -> dict[str, Any]:
    Path(PREVIEW).write_bytes(preview(mesh.triangles))
    Path(VIEWER).write_bytes(viewer_glb(mesh.triangles, MM_PER_UNIT[report.unit]))
    return {"report": report.to_dict(), "preview_path": PREVIEW, "glb_path": VIEWER}


def _volumes(sides: Sequence[Sequence[float]]) -> list[BuildVolume]:
    return [(float(x), float(y), float(z)) for x, y, z in sides]
