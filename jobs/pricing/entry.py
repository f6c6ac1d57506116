"""What runs in the sandbox for pricing: JSON in, JSON out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jobs.meshes import read
from jobs.pricing.analyse import analyse_placed, placed
from jobs.pricing.profiles import profile


def analyse(
    *,
    path: str,
    profiles: Sequence[str],
    scale_to_mm: float = 1.0,
    rotation: Sequence[float] = (0.0, 0.0, 0.0),
    supports: bool = True,
) -> dict[str, Any]:
    """Read the file at `path` (relative to the working directory) and analyse it under each
    profile: {"analyses": {profile: Analysis.to_dict()}}. `scale_to_mm` is unit times scale.

    Raises ModelRejected for a file that cannot be used, KeyError for an unknown profile.
    """
    x, y, z = (float(angle) for angle in rotation)
    part = placed(read(Path(path)), float(scale_to_mm), (x, y, z))
    found = {code: analyse_placed(part, profile(code), supports=supports) for code in profiles}
    return {"analyses": {code: analysis.to_dict() for code, analysis in found.items()}}
