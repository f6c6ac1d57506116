"""Hollow space in a part that nothing can flow out of."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from jobs.meshes import Triangles
from jobs.meshes.closedness import corner_hashes
from jobs.meshes.measures import Measures

LEAST_HOLLOWS, MOST_HOLLOWS = 16, 1_000
LOOKS = 50_000_000
"""So many hollows are looked at, the largest first, as this many looks at a triangle allow."""

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
    most = min(MOST_HOLLOWS, max(LEAST_HOLLOWS, LOOKS // len(triangles)))
    hollows = [
        shell
        for shell in np.argsort(shells.volume, kind="stable")[:most]
        if shells.volume[shell] < -LEAST_MM3 and shells.closed[shell]
    ]
    total = 0.0
    for hollow in hollows:
        if shells.winding(shells.places[hollow], triangles[shells.shell_of != hollow]) == 1:
            total -= float(shells.volume[hollow]) + shells.filled(hollow)
    return max(0.0, total)


class _Shells:
    """The connected shells of a mesh: signed volume (negative where a shell faces inwards) and
    whether each is closed, (shells,); a place on each, (shells, 3); the shell of each triangle,
    (n,)."""

    def __init__(self, triangles: Triangles, *, inverted: bool) -> None:
        self._triangles = triangles
        self._sign = -1 if inverted else 1
        corner = np.unique(corner_hashes(triangles), return_inverse=True)[1].reshape(-1, 3)
        count = int(corner.max()) + 1
        edges = (np.repeat(corner[:, 0], 2), corner[:, 1:].reshape(-1))
        graph = coo_matrix((np.ones(len(edges[0]), np.int8), edges), shape=(count, count))
        self.count, label = connected_components(graph, directed=False)
        self.shell_of: Ints = label[corner[:, 0]]
        self._order = np.argsort(self.shell_of, kind="stable")
        self._first = np.searchsorted(self.shell_of[self._order], np.arange(self.count + 1))
        self.places: Floats = triangles[self._order[self._first[:-1]]].mean(axis=1, dtype=float)
        middle = triangles.reshape(-1, 3).mean(axis=0, dtype=np.float64)
        a, b, c = (triangles[:, k].astype(np.float64) - middle for k in range(3))
        normal = np.cross(b - a, c - a) / 2
        area = self._summed(np.linalg.norm(normal, axis=1))
        vector = np.stack([self._summed(normal[:, axis]) for axis in range(3)], axis=1)
        self.closed = np.linalg.norm(vector, axis=1) <= CLOSED_SHARE * area
        self.volume = self._sign * self._summed(np.einsum("ij,ij->i", a, normal)) / 3

    def _summed(self, values: Floats) -> Floats:
        total: Floats = np.bincount(self.shell_of, values, self.count).astype(np.float64)
        return total

    def winding(self, point: Floats, some: Triangles) -> int:
        """How often some triangles go round a place: crossings of a ray straight up."""
        across = (some[:, :, :2].min(axis=1) <= point[:2]) & (
            some[:, :, :2].max(axis=1) > point[:2]
        )
        a, b, c = some[across.all(axis=1)].astype(np.float64).transpose(1, 0, 2)
        edge, other, way = b - a, c - a, point - a
        upright = edge[:, 0] * other[:, 1] - edge[:, 1] * other[:, 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            first = (way[:, 0] * other[:, 1] - way[:, 1] * other[:, 0]) / upright
            second = (edge[:, 0] * way[:, 1] - edge[:, 1] * way[:, 0]) / upright
            above = first * edge[:, 2] + second * other[:, 2] > way[:, 2]
        hit = (first >= 0) & (second >= 0) & (first + second < 1) & above
        return self._sign * int(np.sign(upright[hit]).sum())

    def filled(self, hollow: int) -> float:
        """mm³ of bodies that lie loose in a hollow."""
        wall = self._triangles[self._order[self._first[hollow] : self._first[hollow + 1]]]
        low, high = wall.min(axis=(0, 1)), wall.max(axis=(0, 1))
        loose = (self.volume > 0) & (self.volume < -self.volume[hollow])
        loose &= ((self.places > low) & (self.places < high)).all(axis=1)
        inside = [
            shell for shell in np.flatnonzero(loose) if self.winding(self.places[shell], wall)
        ]
        return float(self.volume[inside].sum())
