"""Ways to lay a part: on the large faces of its convex hull, judged by what would need support."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull, QhullError

from jobs.meshes import Triangles
from jobs.pricing.analysis import Analysis, Box, Orientation, OrientationCode, Rotation
from jobs.pricing.placement import rotation_matrix
from jobs.pricing.turns import angles_of, laying, squared

Floats = NDArray[np.float64]

FACES = 8
"""How many sides of the hull are tried, beside the six of the box as it lies."""

SAMPLED = 30_000
"""Triangles and corners that are looked at; of more, every second, third …"""

SAME_FACE = math.cos(math.radians(3))
ON_PLATE_MM = 0.05
WORTH_PROPOSING = 0.95
"""A way is proposed if it needs less than this share of the support or the height."""


@dataclass(frozen=True)
class Way:
    """A way to lay a part: the turn (3, 3), the box, and mm³ between overhangs and the plate."""

    turn: Floats
    box_mm: Box
    overhang_mm3: float

    @property
    def rotation_deg(self) -> Rotation:
        return angles_of(self.turn)


def ways(triangles: Triangles, room_mm: Box, support_angle_deg: float) -> list[Way]:
    """The part as it lies, and then every way to lay it that fits into `room_mm` (the floor may
    be turned by a right angle). Some 20 ms; deterministic."""
    points, hull_faces = _hull(triangles)
    downs = _distinct([*_axes(), *hull_faces])
    turns = [np.eye(3)]
    turns += [squared(points @ (turn := laying(down)).T) @ turn for down in downs[1:]]
    scores = _overhangs(triangles, points, [-turn[2] for turn in turns], support_angle_deg)
    found = []
    for turn, score in zip(turns, scores, strict=True):
        x, y, z = np.ptp(points @ turn.T, axis=0)
        found.append(Way(turn, (float(x), float(y), float(z)), score))
    return [way for way in found if way is found[0] or fits(way.box_mm, room_mm)]


def fits(box: Box, room: Box) -> bool:
    """Whether a part fits as it lies, perhaps turned by a right angle about its vertical."""
    floor = zip(sorted(box[:2]), sorted(room[:2]), strict=True)
    return box[2] <= room[2] and all(side <= space for side, space in floor)


def propose(
    found: Sequence[Way],
    as_given: Analysis,
    given_rotation: Rotation,
    estimate: Callable[[Rotation], Analysis],
) -> tuple[Orientation, ...]:
    """The part as it lies, then, where they are better, the way with the least support and the one
    with the least height. `estimate` analyses the part turned from how it lies now; it is called
    twice at most, and what is proposed has its numbers."""
    given = rotation_matrix(given_rotation)
    proposals = [_orientation("as_given", given_rotation, as_given)]
    done: dict[Rotation, Analysis] = {}

    def turned(way: Way) -> Analysis:
        rotation = way.rotation_deg
        if rotation not in done:
            done[rotation] = estimate(rotation)
        return done[rotation]

    lightest = min(found, key=lambda way: (round(way.overhang_mm3, 3), way.box_mm[2]))
    if lightest is not found[0] and as_given.support_mm3 > 0:
        answer = turned(lightest)
        if answer.support_mm3 < WORTH_PROPOSING * as_given.support_mm3:
            rotation = angles_of(lightest.turn @ given)
            proposals.append(_orientation("least_support", rotation, answer))
    lowest = min(found, key=lambda way: (round(way.box_mm[2], 3), way.overhang_mm3))
    if lowest.box_mm[2] < WORTH_PROPOSING * as_given.box_mm[2]:
        rotation = angles_of(lowest.turn @ given)
        proposals.append(_orientation("least_height", rotation, turned(lowest)))
    return tuple(proposals)


def _orientation(code: OrientationCode, rotation: Rotation, found: Analysis) -> Orientation:
    return Orientation(
        code=code,
        rotation_deg=rotation,
        print_time_s=found.print_time_s,
        material_mm3=found.material_mm3,
        support_mm3=found.support_mm3,
        box_mm=found.box_mm,
    )


def _axes() -> list[Floats]:
    """The six sides of the box, the one that the part lies on first."""
    below = [np.array([0.0, 0.0, -1.0]), np.array([0.0, 0.0, 1.0])]
    return below + [sign * np.eye(3)[axis] for axis in (0, 1) for sign in (-1.0, 1.0)]


def _distinct(directions: Sequence[Floats]) -> list[Floats]:
    kept: list[Floats] = []
    for direction in directions:
        if all(float(direction @ other) < SAME_FACE for other in kept):
            kept.append(direction)
    return kept


def _hull(triangles: Triangles) -> tuple[Floats, list[Floats]]:
    """Corners of the convex hull (k, 3), and which way its largest sides face."""
    corners = triangles.reshape(-1, 3)
    every = -(-len(corners) // SAMPLED)
    extremes = [int(pick(corners[:, axis])) for axis in range(3) for pick in (np.argmin, np.argmax)]
    some = np.concatenate([corners[::every], corners[extremes]]).astype(np.float64)
    try:
        hull = ConvexHull(some)
    except (QhullError, ValueError):
        return some, []
    a, b, c = (some[hull.simplices[:, k]] for k in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2
    normal = hull.equations[:, :3]
    sides: list[tuple[float, Floats]] = []
    left = np.argsort(-area, kind="stable")
    while len(left) and len(sides) < 4 * FACES:
        same = normal[left] @ normal[left[0]] > SAME_FACE
        sides.append((float(area[left[same]].sum()), normal[left[0]]))
        left = left[~same]
    sides.sort(key=lambda side: -side[0])
    return some[hull.vertices], [direction for _, direction in sides[:FACES]]


def _overhangs(
    triangles: Triangles, points: Floats, downs: Sequence[Floats], angle_deg: float
) -> list[float]:
    """mm³ between the faces that look down too steeply and the plate, for each way down."""
    every = -(-len(triangles) // SAMPLED)
    a, b, c = (triangles[::every, k].astype(np.float64) for k in range(3))
    normal = np.cross(b - a, c - a) * (every / 2)
    area = np.linalg.norm(normal, axis=1)
    middle = (a + b + c) / 3
    limit = math.sin(math.radians(angle_deg))
    found = []
    for down in downs:
        facing = normal @ down
        height = float((points @ down).max()) - middle @ down
        needs = (facing > limit * area) & (height > ON_PLATE_MM)
        found.append(float(facing[needs] @ height[needs]))
    return found
