"""Hollow space in a part that nothing can flow out of."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from jobs.meshes import Triangles
from jobs.meshes.measures import Measures
from jobs.meshes.places import places

LEAST_SHELLS, MOST_SHELLS = 16, 1_000
LOOKS = 100_000_000
"""So many hollows, and bodies in them, are looked at, the largest first, as this many looks at a
triangle allow."""

LEAST_MM3 = 0.01
CLOSED_SHARE = 1e-4
"""A shell is closed when the sum of its faces, as vectors, is less than this share of its area."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


def trapped_volume(triangles: Triangles, measures: Measures) -> float:
    """mm³ of closed hollows: shells that face inwards, with solid around them.

    A hollow with the smallest way out belongs to the outer shell, so this is exact for closed
    meshes, however narrow the way. Space that several bodies shut in together, like a box and the
    lid that lies on it, is not seen. 0 for open meshes, where inside and outside are not certain,
    and for one body alone; O(n) for each hollow otherwise.
    """
    if not measures.closed or measures.bodies < 2:
        return 0.0
    shells = _Shells(triangles, inverted=measures.inverted)
    most = min(MOST_SHELLS, max(LEAST_SHELLS, LOOKS // len(triangles)))
    order = np.argsort(shells.volume, kind="stable")
    hollows = np.zeros(shells.count, bool)
    for shell in order[:most]:
        if shells.volume[shell] < -LEAST_MM3 and shells.closed[shell]:
            around, way = shells.around(shell)
            hollows[shell] = way[around != shell].sum() == 1
    total = -float(shells.volume[hollows].sum())
    if total > 0:
        for shell in order[::-1][:most]:
            around, way = shells.around(shell)
            loose = shells.volume[shell] > 0 and way[hollows[around]].sum() < 0
            total -= float(shells.volume[shell]) if loose else 0.0
    return max(0.0, total)


class _Shells:
    """The connected shells of a mesh: signed volume (negative where a shell faces inwards) and
    whether each is closed, (shells,)."""

    def __init__(self, triangles: Triangles, *, inverted: bool) -> None:
        self._triangles = triangles
        self._sign = -1 if inverted else 1
        corner = places(triangles)[1].reshape(-1, 3)
        count = int(corner.max()) + 1
        edges = (np.repeat(corner[:, 0], 2), corner[:, 1:].reshape(-1))
        graph = coo_matrix((np.ones(len(edges[0]), np.int8), edges), shape=(count, count))
        self.count, label = connected_components(graph, directed=False)
        self._shell_of: Ints = label[corner[:, 0]]
        self._first = np.unique(self._shell_of, return_index=True)[1]
        plan = triangles[:, :, :2]
        self._low, self._high = plan.min(axis=1).T.copy(), plan.max(axis=1).T.copy()
        middle = triangles.reshape(-1, 3).mean(axis=0, dtype=np.float64)
        a, b, c = (triangles[:, k].astype(np.float64) - middle for k in range(3))
        normal = np.cross(b - a, c - a) / 2
        area = self._summed(np.linalg.norm(normal, axis=1))
        vector = np.stack([self._summed(normal[:, axis]) for axis in range(3)], axis=1)
        self.closed = np.linalg.norm(vector, axis=1) <= CLOSED_SHARE * area
        self.volume = self._sign * self._summed(np.einsum("ij,ij->i", a, normal)) / 3

    def _summed(self, values: Floats) -> Floats:
        total: Floats = np.bincount(self._shell_of, values, self.count).astype(np.float64)
        return total

    def around(self, shell: int) -> tuple[Ints, Ints]:
        """Where a ray straight up from a place on a shell meets the surface: the shell that it
        meets, and 1 where it leaves that, -1 where it enters it. The sums are winding numbers."""
        x, y, z = self._triangles[self._first[shell]].mean(axis=0, dtype=np.float64)
        near = np.flatnonzero(
            (self._low[0] <= x) & (self._high[0] > x) & (self._low[1] <= y) & (self._high[1] > y)
        )
        a, b, c = self._triangles[near].astype(np.float64).transpose(1, 0, 2)
        edge, other, way = b - a, c - a, np.array([x, y, z]) - a
        upright = edge[:, 0] * other[:, 1] - edge[:, 1] * other[:, 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            first = (way[:, 0] * other[:, 1] - way[:, 1] * other[:, 0]) / upright
            second = (edge[:, 0] * way[:, 1] - edge[:, 1] * way[:, 0]) / upright
            above = first * edge[:, 2] + second * other[:, 2] > way[:, 2]
            hit = (first >= 0) & (second >= 0) & (first + second < 1) & above
        leaving = np.sign(upright[hit]).astype(np.int32) * self._sign
        return self._shell_of[near[hit]], leaving
