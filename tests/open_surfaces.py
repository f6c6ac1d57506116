"""Parts whose surface is open, as careless exports leave them."""

from pathlib import Path

import numpy as np

from jobs.meshes.stl import write_binary
from jobs.models.samples import sample_triangles


def write_open_gear(path: Path, missing: int = 2) -> Path:
    """A gear without its smallest triangles, as binary STL."""
    whole = sample_triangles("gear")
    around = np.linalg.norm(whole - np.roll(whole, 1, axis=1), axis=2).sum(axis=1)
    write_binary(np.delete(whole, np.argsort(around)[:missing], axis=0), path)
    return path
