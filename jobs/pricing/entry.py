"""What runs in the sandbox for pricing: JSON in, JSON out."""

import errno
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jobs.meshes import Mesh, read
from jobs.models.units import MM_PER_UNIT
from jobs.pricing.analyse import analyse_placed, placed
from jobs.pricing.explain import time_by_height
from jobs.pricing.profiles import FdmProfile, profile
from jobs.rejection import ModelRejected

_BY_NAME_OR_RIGHTS = (errno.EACCES, errno.EPERM, errno.ENAMETOOLONG, errno.ELOOP)


def analyse(
    *,
    path: str,
    profiles: Sequence[str],
    scale_to_mm: float | None = None,
    rotation: Sequence[float] = (0.0, 0.0, 0.0),
    supports: bool = True,
    detail: bool = False,
    orientations: bool = False,
    by_height: bool = False,
) -> dict[str, Any]:
    """Read the file at `path` (relative to the working directory) and analyse it under each
    profile: {"analyses": {profile: Analysis.to_dict()}, "cpu_s": …, "by_height": …}.

    `detail` looks for thin walls, with `orientations` also for better ways to lay the part under
    the first profile. `by_height` asks for TimeByHeight.to_dict() under the first profile; it is
    None without, and for a profile that prints no lines. `cpu_s` is all computing time of this
    process, which the sandbox has started for this call.

    `scale_to_mm` is unit times scale; without it the unit that the file declares is taken, else
    mm. Raises ModelRejected for a file that cannot be used, KeyError for an unknown profile.
    """
    mesh = _read(Path(path))
    scale = MM_PER_UNIT[mesh.unit or "mm"] if scale_to_mm is None else float(scale_to_mm)
    x, y, z = (float(angle) for angle in rotation)
    part = placed(mesh, scale, (x, y, z), in_place=True)
    found = {
        code: analyse_placed(
            part,
            profile(code),
            supports=supports,
            detail=detail,
            orientations=orientations and code == profiles[0],
        )
        for code in profiles
    }
    first = profile(profiles[0])
    chart = None
    if by_height and isinstance(first, FdmProfile):
        chart = time_by_height(part, first, supports=supports)
    return {
        "by_height": chart and chart.to_dict(),
        "analyses": {code: analysis.to_dict() for code, analysis in found.items()},
        "cpu_s": time.process_time(),
    }


def _read(path: Path) -> Mesh:
    try:
        return read(path)
    except OSError as error:
        if error.errno not in _BY_NAME_OR_RIGHTS:
            raise
        raise ModelRejected(
            "FILE_UNREADABLE",
            f"The file cannot be read: {error.strerror or error}. Check its name and its rights.",
        ) from error
