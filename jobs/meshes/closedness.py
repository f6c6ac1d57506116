"""Whether a triangle soup is a closed surface, without merging its corners.

Each place gets two numbers modulo 2⁶⁴, as good as random: a point (u, v) of a plane in which there
is no geometry left. The signed areas of all triangles thrown there sum to zero exactly when the
edges cancel, each being walked as often one way as the other; a boundary of any shape leaves a
remainder but for a chance of some 2⁻⁶⁰. The factors behind the numbers are drawn anew by each
process: with factors that can be read, a lattice gives places millimetres apart with the same
number, and a surface that gapes there passes for closed. Twice the area of a triangle is
(u₁ − u₀)(v₂ − v₀) − (u₂ − u₀)(v₁ − v₀), so two multiplications do for its three edges.
"""

import os
import struct

import numpy as np
from numpy.typing import NDArray

from jobs.meshes.blocks import Rows, blocks, highest, lowest
from jobs.meshes.mesh import Triangles

Words = NDArray[np.uint64]

# Odd, so that no bit of a coordinate is lost.
_X, _Y, _Z, _MIX, _AGAIN = (np.uint64(k | 1) for k in struct.unpack("5Q", os.urandom(40)))
_SHIFT = np.uint64(32)
WELD = 1e-5
"""Corners nearer than this share of the size may be one."""


def is_closed(triangles: Triangles) -> bool:
    """Whether every edge is walked as often one way as the other, as on a closed surface whose
    triangles agree about the outside. Where the corners of neighbours differ in the last bits,
    they are welded onto a grid first."""
    total = sum((remainder(hashes(rows)) for _, rows in blocks(triangles)), start=0)
    return total % 2**64 == 0 or closed_when_welded(triangles)


def closed_when_welded(triangles: Triangles) -> bool:
    """As `is_closed`, with corners moved onto either of two grids of WELD times the size."""
    points = triangles.reshape(-1, 3)
    step = float((highest(points).astype(np.float64) - lowest(points)).max()) * WELD
    return step > 0 and any(_cancels_on_grid(triangles, step, shift) for shift in (0.0, 0.37))


def hashes(rows: Rows) -> Words:
    """One 64-bit number for each corner, the same for the same place in this process: (3, n)."""
    return _mixed((rows + np.float32(0)).view(np.uint32).astype(np.uint64))


def corner_hashes(triangles: Triangles) -> Words:
    """The hashes of all corners of all triangles, in their order: (3n,). What is written or told
    must not depend on how they compare: they differ from process to process."""
    found = np.empty((len(triangles), 3), np.uint64)
    for start, rows in blocks(triangles):
        found[start : start + rows.shape[1]] = hashes(rows).T
    return found.reshape(-1)


def remainder(u: Words) -> int:
    """Twice the area of a block of triangles in the plane of the hashes, modulo 2⁶⁴."""
    v = u * _AGAIN
    v ^= v >> _SHIFT
    u1, u2, v1, v2 = u[1] - u[0], u[2] - u[0], v[1] - v[0], v[2] - v[0]
    return int((u1 * v2 - u2 * v1).sum(dtype=np.uint64))


def _cancels_on_grid(triangles: Triangles, step: float, shift: float) -> bool:
    total = 0
    for _, rows in blocks(triangles):
        cells = np.floor(rows.astype(np.float64) / step + shift).astype(np.int64)
        total += remainder(_mixed(cells.view(np.uint64)))
    return total % 2**64 == 0


def _mixed(words: Words) -> Words:
    mixed = words[0::3] * _X
    mixed += words[1::3] * _Y
    mixed += words[2::3] * _Z
    mixed ^= mixed >> _SHIFT
    mixed *= _MIX
    mixed ^= mixed >> _SHIFT
    return mixed
