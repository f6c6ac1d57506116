"""A triangle mesh, as every reader returns it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jobs.meshes.limits import ReadLimits
from jobs.rejection import ModelRejected

Triangles = NDArray[np.float32]

LARGEST_COORDINATE = 1e7


@dataclass(frozen=True, eq=False)
class Mesh:
    """Triangles of all objects of one file, in the file's own length unit.

    `triangles`: float32 (n, 3, 3), corner by corner, n ≥ 1, all finite.
    `unit`: "mm", "cm", "m", "inch", "foot" or "micron" where the format declares it, else None.
    `format`: "stl", "obj", "ply", "off", "3mf", "glb", "gltf" or "step".
    `objects`: how many placed objects it held.
    """

    triangles: Triangles
    unit: str | None
    format: str
    objects: int = 1

    @property
    def count(self) -> int:
        return len(self.triangles)


def finished(
    triangles: NDArray[np.floating],
    *,
    unit: str | None,
    file_format: str,
    objects: int,
    limits: ReadLimits,
) -> Mesh:
    """Check what every format must hold and return the mesh. Raises ModelRejected."""
    if not len(triangles):
        raise ModelRejected(
            "NO_TRIANGLES",
            "The file holds no triangles. Export the part again as a mesh (STL or 3MF).",
        )
    refuse_too_many(len(triangles), limits)
    with np.errstate(over="ignore", invalid="ignore"):
        compact = np.ascontiguousarray(triangles, dtype=np.float32)
        low, high = float(compact.min()), float(compact.max())
    if not (np.isfinite(low) and np.isfinite(high)) or max(-low, high) > LARGEST_COORDINATE:
        raise ModelRejected(
            "NOT_FINITE",
            "Some corners of the model lie at no real place (not a number, or infinitely far). "
            "Repair the model in your CAD program and export it again.",
        )
    return Mesh(compact, unit, file_format, objects)


def refuse_too_many(count: int, limits: ReadLimits) -> None:
    """Raises ModelRejected TOO_MANY_TRIANGLES above the limit."""
    if count > limits.triangles:
        raise ModelRejected(
            "TOO_MANY_TRIANGLES",
            f"The model has {count:,} triangles; at most {limits.triangles:,} can be read. "
            "Reduce it (a tolerance of 0.01 mm is finer than any printer) and upload it again.",
        )
