"""Corners at the same place, and corners of open sides that nearly meet, made one."""

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from jobs.meshes.holes import Faces, Points, open_edges
from jobs.meshes.mesh import Triangles
from jobs.meshes.places import places

CROWD = 16
"""More neighbours than this within reach, on average, are a tangle and no seam."""


def welded(triangles: Triangles) -> tuple[Points, Faces]:
    """Corners at the same place become one; triangles that thereby lost a side are dropped."""
    first, number = places(triangles)
    faces = number.reshape(-1, 3).astype(np.uint32)
    return triangles.reshape(-1, 3)[first], _with_area(faces)


def merged(points: Points, faces: Faces, distance: float) -> Faces:
    """The faces with all corners of open sides that lie within `distance` of each other made one.
    Corners inside the surface stay as they are."""
    rim = np.unique(open_edges(faces))
    if not len(rim):
        return faces
    tree = cKDTree(points[rim])
    if tree.count_neighbors(tree, distance) > CROWD * len(rim):
        return faces
    near = tree.query_pairs(distance, output_type="ndarray")
    ones = np.ones(len(near), np.int8)
    graph = coo_matrix((ones, (near[:, 0], near[:, 1])), shape=(len(rim), len(rim)))
    _, group = connected_components(graph, directed=False)
    _, first = np.unique(group, return_index=True)
    becomes = np.arange(len(points), dtype=np.uint32)
    becomes[rim] = rim[first[group]]
    return _with_area(becomes[faces])


def _with_area(faces: Faces) -> Faces:
    a, b, c = faces.T
    kept: Faces = faces[(a != b) & (b != c) & (c != a)]
    return kept
