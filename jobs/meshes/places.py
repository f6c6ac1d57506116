"""The places of a triangle soup, each once."""

import numpy as np
from numpy.typing import NDArray

from jobs.meshes.closedness import corner_hashes
from jobs.meshes.mesh import Triangles

Indices = NDArray[np.intp]


def places(triangles: Triangles) -> tuple[Indices, Indices]:
    """The first corner at each place, in the order of the triangles, and for each corner the
    number of its place: (places,) and (3n,)."""
    _, first, number = np.unique(corner_hashes(triangles), return_index=True, return_inverse=True)
    order = np.argsort(first)
    renumbered = np.empty_like(order)
    renumbered[order] = np.arange(len(order))
    return first[order], renumbered[number]
