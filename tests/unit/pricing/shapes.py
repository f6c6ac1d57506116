"""Shapes whose walls, hollows and sides are known by construction, in mm."""

import numpy as np
from manifold3d import CrossSection, Manifold

from jobs.meshes import Triangles


def triangles_of(solid: Manifold) -> Triangles:
    mesh = solid.to_mesh()
    points = np.asarray(mesh.vert_properties, dtype=np.float32)[:, :3]
    corners: Triangles = points[np.asarray(mesh.tri_verts)]
    return corners


def block(x: float, y: float, z: float) -> Manifold:
    return Manifold.cube((x, y, z), True)


def tube(outer: float, inner: float, height: float) -> Manifold:
    """By radii."""
    outside = Manifold.cylinder(height, outer, outer, 128)
    return outside - Manifold.cylinder(height + 2, inner, inner, 128).translate((0, 0, -1))


def shell(outer: float, inner: float) -> Manifold:
    """A ball with a ball-shaped hollow and no way into it."""
    return Manifold.sphere(outer, 96) - Manifold.sphere(inner, 96)


def wedge(thin: float, thick: float, length: float, width: float) -> Manifold:
    """A plate that grows from `thin` to `thick` over `length`."""
    section = CrossSection([[(0.0, 0.0), (length, 0.0), (length, thick), (0.0, thin)]])
    return Manifold.extrude(section, width)
