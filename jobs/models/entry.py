"""What runs in the sandbox for models: JSON in, JSON and the files of jobs.models.outputs out."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from jobs.meshes import Mesh, read
from jobs.meshes.stl import write_binary
from jobs.models.check import BuildVolume, check
from jobs.models.mending import mended, offer
from jobs.models.outputs import PREVIEW, REPAIRED, VIEWER
from jobs.models.preview import preview
from jobs.models.report import ModelReport
from jobs.models.units import MM_PER_UNIT
from jobs.models.viewer import viewer_glb


def inspect(
    *,
    path: str,
    build_volumes: Sequence[Sequence[float]] = (),
    unit: str | None = None,
) -> dict[str, Any]:
    """Read the file at `path`, check it and draw it.

    Writes PREVIEW and VIEWER (mm, z up) into the working directory and returns
    {"report": ModelReport.to_dict()}. Raises ModelRejected.
    """
    mesh = read(Path(path))
    report = check(mesh, _volumes(build_volumes), unit=unit)
    if not report.watertight:
        report = replace(report, repair=offer(mesh, report.unit))
    return _drawn(mesh, report)


def repair(*, path: str, build_volumes: Sequence[Sequence[float]] = ()) -> dict[str, Any]:
    """Close the surface of the file at `path`, write it as REPAIRED, and inspect that.

    It is in the unit of the original where that was not declared, else in mm. Returns what
    `inspect` does. Raises ModelRejected NOT_REPAIRABLE and what `read` raises.
    """
    original = read(Path(path))
    repaired = Path(REPAIRED.name)
    write_binary(mended(original), repaired)
    made = replace(read(repaired), unit="mm" if original.unit else None)
    return _drawn(made, check(made, _volumes(build_volumes)))


def _drawn(mesh: Mesh, report: ModelReport) -> dict[str, Any]:
    Path(PREVIEW.name).write_bytes(preview(mesh.triangles))
    Path(VIEWER.name).write_bytes(viewer_glb(mesh.triangles, MM_PER_UNIT[report.unit]))
    return {"report": report.to_dict()}


def _volumes(sides: Sequence[Sequence[float]]) -> list[BuildVolume]:
    return [(float(x), float(y), float(z)) for x, y, z in sides]
