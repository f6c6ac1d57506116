"""The offer to close an open surface, and the closed surface once it is accepted."""

import numpy as np

from jobs.meshes import Mesh, Triangles
from jobs.meshes.repair import repair
from jobs.models.report import RepairOffer
from jobs.models.units import MM_PER_UNIT
from jobs.rejection import ModelRejected


def offer(mesh: Mesh, unit: str) -> RepairOffer | None:
    """What a repair would change, in mm when the mesh is in `unit`; None where none is possible."""
    found = repair(mesh)
    if found is None:
        return None
    cubic = MM_PER_UNIT[unit] ** 3
    return RepairOffer(
        kind=found.kind,
        open_edges=found.open_edges,
        volume_before_mm3=found.volume_before * cubic,
        volume_after_mm3=found.volume_after * cubic,
        triangles_after=len(found.triangles),
    )


def mended(mesh: Mesh) -> Triangles:
    """The closed surface, in mm where the mesh declares its unit, else in the mesh's own numbers.

    Raises ModelRejected NOT_REPAIRABLE.
    """
    found = repair(mesh)
    if found is None:
        raise ModelRejected(
            "NOT_REPAIRABLE",
            "This surface cannot be closed without guessing. Repair it in your CAD program and "
            "upload it again; the original can still be ordered, and a person will look at it.",
        )
    factor = MM_PER_UNIT[mesh.unit] if mesh.unit else 1.0
    return found.triangles * np.float32(factor)
