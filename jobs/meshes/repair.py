"""Closing a surface that is open: what a repair would make of a mesh, and what it would change.

Nothing is repaired silently: this proposes, and a person or a partner accepts. Corners that nearly
meet are merged (manifold3d), then small flat holes are filled. Whatever cannot be made a closed
body in these two ways is left as it is, because a guess would be a wrong part.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from manifold3d import Error, Manifold
from manifold3d import Mesh as Surface

from jobs.meshes.holes import Faces, Points, open_edges, small_holes_filled
from jobs.meshes.measures import measure
from jobs.meshes.mesh import Mesh, Triangles
from jobs.meshes.welding import merged, welded

REPAIRED_UP_TO = 250_000
"""Triangles; a check then takes up to a second longer for the sake of a proposal, and five where
every triangle is loose."""
LARGEST_AREA_CHANGE = 0.02
REACHES = (1e-5, 1e-4)
"""How near corners are joined, in lengths of the box's diagonal: beyond the rounding of numbers
in a text, then a hundredth of a millimetre for a part of 100 mm."""
Kind = Literal["merged", "filled"]


@dataclass(frozen=True, eq=False)
class Repair:
    """A closed mesh in place of an open one. Volumes in the cube of the mesh's unit; that of the
    open mesh is what pricing would have taken. `merged`: corners that nearly met were joined;
    `filled`: holes were closed with new triangles as well. `open_edges`: how many sides of
    triangles had no neighbour."""

    triangles: Triangles
    kind: Kind
    open_edges: int
    volume_before: float
    volume_after: float
    triangles_before: int

    @property
    def volume_change(self) -> float:
        """Relative to the volume before; 0.003 is 0.3 %. One, when there was none."""
        if self.volume_before <= 0:
            return 1.0
        return self.volume_after / self.volume_before - 1


def repair(mesh: Mesh) -> Repair | None:
    """What a repair would give, or None: the mesh is closed already, or it cannot be closed."""
    if mesh.count > REPAIRED_UP_TO:
        return None
    before = measure(mesh.triangles)
    if before.closed:
        return None
    points, faces = welded(mesh.triangles)
    found = _repaired(points, faces)
    if found is None:
        return None
    kind, closed = found
    after = measure(closed)
    if not after.closed or after.volume <= 0 or _differs(before.area, after.area):
        return None
    return Repair(
        triangles=closed[:, ::-1] if after.inverted else closed,
        kind=kind,
        open_edges=len(open_edges(faces)),
        volume_before=before.volume,
        volume_after=after.volume,
        triangles_before=mesh.count,
    )


def _repaired(points: Points, faces: Faces) -> tuple[Kind, Triangles] | None:
    ways = list(_seams_joined(points, faces))
    for way in ways:
        closed = _closed(points, way)
        if closed is not None:
            return "merged", closed
    for way in ways:
        filled = small_holes_filled(points, way)
        closed = None if filled is None else _closed(*filled)
        if closed is not None:
            return "filled", closed
    return None


def _seams_joined(points: Points, faces: Faces) -> Iterator[Faces]:
    """The surface as it is, then with the corners of its open sides joined, near ones first."""
    diagonal = float(np.linalg.norm(np.ptp(points, axis=0)))
    yield faces
    for reach in REACHES:
        yield merged(points, faces, reach * diagonal)


def _closed(points: Points, faces: Faces) -> Triangles | None:
    """The surface as a body with an inside and an outside, if it is one."""
    surface = Surface(vert_properties=points, tri_verts=faces)
    surface.merge()
    body = Manifold(surface)
    if body.status() != Error.NoError or body.is_empty():
        return None
    made = body.to_mesh()
    corners = np.asarray(made.vert_properties, np.float32)[:, :3]
    triangles: Triangles = corners[np.asarray(made.tri_verts)]
    return triangles


def _differs(before: float, after: float) -> bool:
    return abs(after - before) > LARGEST_AREA_CHANGE * before
