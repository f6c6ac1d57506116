"""How many connected shells a triangle soup has."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from jobs.meshes.closedness import Words, corner_hashes
from jobs.meshes.mesh import Triangles

Ints = NDArray[np.int32]
_AGAIN, _SHIFT = np.uint64(0xA24BAED4963EE407), np.uint64(32)


def count_bodies(triangles: Triangles, found: Words | None = None) -> int:
    """Triangles that share a corner belong together. `found`: `corner_hashes(triangles)`, where
    they are at hand."""
    neighbours = _neighbours(corner_hashes(triangles) if found is None else found)
    group, groups = _grouped(neighbours)
    if groups == 1:
        return 1
    starts, ends = [], []
    for column in neighbours:
        other = group[column]
        apart = np.flatnonzero(other != group)
        starts.append(group[apart])
        ends.append(other[apart])
    edges = (np.concatenate(starts), np.concatenate(ends))
    graph = coo_matrix((np.ones(len(edges[0]), np.int8), edges), shape=(groups, groups))
    return int(connected_components(graph, directed=False, return_labels=False))


def _neighbours(corners: Words) -> Ints:
    """For each corner of each triangle, the last triangle with a corner at that place: (3, n)."""
    place, places = _places(corners)
    last = np.empty(places, np.int32)
    last[place] = np.repeat(np.arange(len(corners) // 3, dtype=np.int32), 3)
    return np.ascontiguousarray(last[place].reshape(-1, 3).T)


def _places(corners: Words) -> tuple[Ints, int]:
    """A number for each corner, the same for the same hash, and how many numbers there may be.

    All hashes are written into a table at the slot that their first bits name, where the last one
    of each slot stays; those that do not find themselves there try again in a smaller table.
    """
    place = np.empty(len(corners), np.int32)
    left: NDArray[np.intp] | slice = slice(None)
    waiting, places = corners, 0
    while len(waiting):
        bits = max(4, int(len(waiting) * 2 / 3).bit_length())
        slot = (waiting >> np.uint64(64 - bits)).astype(np.int32)
        table = np.empty(1 << bits, np.uint64)
        table[slot] = waiting
        missed = np.flatnonzero(table[slot] != waiting)
        place[left] = slot + places
        places += 1 << bits
        left = missed if isinstance(left, slice) else left[missed]
        waiting = waiting[missed] * _AGAIN
        waiting ^= waiting >> _SHIFT
    return place, places


def _grouped(neighbours: Ints) -> tuple[Ints, int]:
    """Groups of triangles that hang together, not yet as large as they could be: each triangle
    follows its last neighbour until the end. (n,) group numbers and how many there are."""
    follow = np.maximum(np.maximum(neighbours[0], neighbours[1]), neighbours[2])
    while True:
        further = follow[follow]
        if np.array_equal(further, follow):
            break
        follow = further
    ends = np.flatnonzero(follow == np.arange(len(follow), dtype=np.int32))
    number = np.empty(len(follow), np.int32)
    number[ends] = np.arange(len(ends), dtype=np.int32)
    return number[follow], len(ends)
