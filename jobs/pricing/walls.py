"""How thick the walls of a part are, along rays that stab it in the three directions of its axes.

A ray in direction d through a wall with parallel faces of normal n is inside for t / |n · d| of
its length, so one of the three directions always measures a flat wall exactly, however it is
turned: one of |n · d| is at least 1/√3. Rays need no search structure: a lattice of parallel rays
and the corners of a triangle say directly which rays can meet it.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jobs.meshes import Triangles
from jobs.pricing.analysis import Place

RAYS = 2_000
LEAST_ACROSS, MOST_ACROSS = 5, 400
"""About how many rays in all, and how few and many side by side, however flat or long the part."""

TESTS = 400_000
"""Pairs of a ray and a triangle that may be looked at in one direction."""

OPPOSED = math.cos(math.radians(15))
"""Two faces closer to parallel than this make a wall; others make an edge."""

FACING = 1 / math.sqrt(3) - 1e-3
AGREEING = 3
"""A wall is believed when so many places are at least that thin: one may be a sliver of a mesh."""

THINNEST_MM = 1e-3
"""Faces nearer than this lie on each other, with nothing between."""

OFFSET = 0.4637
"""Where in its cell each ray goes: not in the middle, where parts have their planes of symmetry."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Walls:
    """`smallest_mm`: three sampled places or more are this thin or thinner; `at_mm`: the middle of
    the wall there. `samples`: how many places between opposite faces were measured."""

    smallest_mm: float
    at_mm: Place
    samples: int


def measure_walls(triangles: Triangles, *, inverted: bool = False) -> Walls | None:
    """The thinnest wall that about RAYS rays find; None where none could be measured.

    Deterministic. Some 20 ms for 100,000 triangles; a rib narrower than the distance of the rays
    (about the square root of a 2,000th of the box's sides) can be missed. Rays that see a surface
    with holes are left out, and what several bodies cover is one solid.
    """
    flat = triangles.reshape(-1, 3)
    low, high = flat.min(axis=0).astype(np.float64), flat.max(axis=0).astype(np.float64)
    x, y, z = sides = np.maximum(high - low, 1e-9)
    spacing = math.sqrt((x * y + y * z + z * x) / RAYS)
    steps = np.clip(spacing, sides / (MOST_ACROSS - 1), sides / LEAST_ACROSS)
    lattice = _Lattice(triangles, low, steps)
    hits = [_along(lattice, axis, inverted) for axis in range(3)]
    found = [along.walls() for along in hits if along is not None]
    thickness = np.concatenate([part[0] for part in found] or [np.zeros(0)])
    if len(thickness) < AGREEING:
        return None
    places = np.concatenate([part[1] for part in found])
    chosen = np.argsort(thickness, kind="stable")[AGREEING - 1]
    px, py, pz = places[chosen]
    return Walls(float(thickness[chosen]), (float(px), float(py), float(pz)), len(thickness))


class _Lattice:
    """Lines at low + (k + OFFSET) · step, k = 0, 1 …, along each axis, and those that lie within
    the corners of each triangle: first ≤ k < end, both (n, 3)."""

    def __init__(self, triangles: Triangles, low: Floats, steps: Floats) -> None:
        self.triangles, self.low, self.steps = triangles, low, steps
        shift = low + OFFSET * steps
        self.first = np.empty((len(triangles), 3), np.int16)
        self.end = np.empty((len(triangles), 3), np.int16)
        for axis in range(3):
            side = triangles[:, :, axis]
            least = np.minimum(np.minimum(side[:, 0], side[:, 1]), side[:, 2])
            most = np.maximum(np.maximum(side[:, 0], side[:, 1]), side[:, 2])
            self.first[:, axis] = np.ceil((least - shift[axis]) / steps[axis])
            self.end[:, axis] = np.ceil((most - shift[axis]) / steps[axis])
        np.maximum(self.first, 0, out=self.first)

    def met(self, u: int, v: int) -> tuple[Ints, Ints, Ints] | None:
        """Triangle, line along u and line along v of each pair that may meet. Only every second
        line, or fourth …, where that would be more than TESTS; None where even that is too many."""
        wide = self.end[:, u] - self.first[:, u]
        deep = self.end[:, v] - self.first[:, v]
        chosen = np.flatnonzero((wide > 0) & (deep > 0))
        for coarse in (1, 2, 4, 8):
            first_u, end_u = self._span(chosen, u, coarse)
            first_v, end_v = self._span(chosen, v, coarse)
            deep = np.maximum(end_v - first_v, 0)
            counts = np.maximum(end_u - first_u, 0) * deep
            if (total := int(counts.sum())) <= TESTS:
                row = np.repeat(np.arange(len(chosen)), counts)
                within = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
                line_u = (first_u[row] + within // deep[row]) * coarse
                line_v = (first_v[row] + within % deep[row]) * coarse
                return chosen[row], line_u, line_v
        return None

    def _span(self, chosen: Ints, axis: int, coarse: int) -> tuple[Ints, Ints]:
        """First and end of each triangle when only every `coarse`th line is there."""
        first = -(-self.first[chosen, axis].astype(np.int64) // coarse)
        return first, -(-self.end[chosen, axis].astype(np.int64) // coarse)

    def place(self, axis: int, line: Ints) -> Floats:
        """mm"""
        return np.asarray(self.low[axis] + (line + OFFSET) * self.steps[axis])


@dataclass(frozen=True)
class _Hits:
    """Where rays along `axis` meet the surface, ray by ray, in the order in which each meets it.
    `place` (m, 3) in mm, `normal` (m, 3) of length one."""

    axis: int
    ray: Ints
    enters: NDArray[np.bool_]
    place: Floats
    normal: Floats

    def walls(self) -> tuple[Floats, Floats]:
        """Thickness (k,) and middle (k, 3) between opposite faces."""
        into, out = self._inside()
        opposed = np.einsum("ij,ij->i", self.normal[into], self.normal[out]) < -OPPOSED
        inclined = np.abs(self.normal[:, self.axis])
        facing = np.minimum(inclined[into], inclined[out]) > FACING
        chord = self.place[out, self.axis] - self.place[into, self.axis]
        kept = opposed & facing & (chord > THINNEST_MM)
        thickness = chord * (inclined[into] + inclined[out]) / 2
        return thickness[kept], (self.place[into] + self.place[out])[kept] / 2

    def _inside(self) -> tuple[Ints, Ints]:
        """Pairs of hits: into the solid, which several bodies may make, and out of it."""
        if not len(self.ray):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        depth = np.cumsum(np.where(self.enters, 1, -1))
        starts = np.flatnonzero(np.diff(self.ray, prepend=-1))
        lengths = np.diff(starts, append=len(self.ray))
        depth -= np.repeat(np.concatenate([[0], depth])[starts], lengths)
        sound = (depth[starts + lengths - 1] == 0) & (np.minimum.reduceat(depth, starts) >= 0)
        believed = np.repeat(sound, lengths)
        into = np.flatnonzero(believed & self.enters & (depth == 1))
        return into, np.flatnonzero(believed & ~self.enters & (depth == 0))


def _along(lattice: _Lattice, axis: int, inverted: bool) -> _Hits | None:
    """All hits of the rays along one axis; None where there would be too many to look at."""
    u, v = (axis + 1) % 3, (axis + 2) % 3
    met = lattice.met(u, v)
    if met is None:
        return None
    triangle, line_u, line_v = met
    a, b, c = (lattice.triangles[triangle, k].astype(np.float64) for k in range(3))
    edge, other = b - a, c - a
    normal = np.cross(edge, other)
    place = np.empty_like(a)
    place[:, u], place[:, v] = lattice.place(u, line_u), lattice.place(v, line_v)
    du, dv = place[:, u] - a[:, u], place[:, v] - a[:, v]
    with np.errstate(divide="ignore", invalid="ignore"):
        first = (du * other[:, v] - dv * other[:, u]) / normal[:, axis]
        second = (dv * edge[:, u] - du * edge[:, v]) / normal[:, axis]
        hit = np.flatnonzero((first >= 0) & (second >= 0) & (first + second <= 1))
        height = a[:, axis] + first * edge[:, axis] + second * other[:, axis]
    place[:, axis] = height
    enters = (normal[hit, axis] < 0) != inverted
    ray = line_u[hit] * MOST_ACROSS + line_v[hit]
    order = np.lexsort((~enters, height[hit], ray))
    hit = hit[order]
    length = np.linalg.norm(normal[hit], axis=1)
    return _Hits(axis, ray[order], enters[order], place[hit], normal[hit] / length[:, None])
