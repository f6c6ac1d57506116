"""A picture of a part: a z-buffer in numpy, seen from above at an angle, with soft light.

Triangles are cut into the pixels whose middles they cover, and the nearest one wins each pixel.
That takes time by the area on the picture more than by the number of triangles.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from jobs.meshes import Triangles
from jobs.models import png
from jobs.models.decimation import decimated
from jobs.models.fragments import fragments

Floats = NDArray[np.float32]
WIDTH, HEIGHT = 480, 360
OVERSAMPLING = 2
FILLED = 0.86
MOST_TRIANGLES = 400_000
COLOR = (0.42, 0.56, 0.74)
_TURN, _TILT = np.radians(-35.0), np.radians(28.0)


def preview(
    triangles: Triangles,
    width: int = WIDTH,
    height: int = HEIGHT,
    color: tuple[float, float, float] = COLOR,
) -> bytes:
    """PNG of width × height pixels on a transparent ground. `color`: red, green, blue, 0 to 1."""
    triangles = decimated(triangles, MOST_TRIANGLES)
    wide, high = width * OVERSAMPLING, height * OVERSAMPLING
    view = _view()
    flat = triangles.reshape(-1, 3)
    middle = (flat.min(axis=0) + flat.max(axis=0)) / 2
    scale, offset = _frame(triangles, view, middle, wide, high)
    depth = np.full(wide * high, -np.inf, np.float32)
    shade = np.zeros(wide * high, np.float32)
    for corners in _seen(triangles, view, middle):
        light = _light(corners)
        for triangle, pixel, near in fragments(corners * scale + offset, wide):
            np.maximum.at(depth, pixel, near)
            nearest = depth[pixel] <= near
            shade[pixel[nearest]] = light[triangle[nearest]]
    return png.encode(_colored(depth, shade, (wide, high), color))


def _view() -> Floats:
    """Rotation to screen axes: x right, y down, z towards the eye."""
    turn = np.array(
        [[np.cos(_TURN), -np.sin(_TURN), 0], [np.sin(_TURN), np.cos(_TURN), 0], [0, 0, 1]]
    )
    right, into, up = turn
    eye = np.cos(_TILT) * -into + np.sin(_TILT) * up
    down = -(np.cos(_TILT) * up + np.sin(_TILT) * into)
    return np.array([right, down, eye], dtype=np.float32)


def _chunks(triangles: Triangles) -> Iterator[Triangles]:
    for start in range(0, len(triangles), 250_000):
        yield triangles[start : start + 250_000]


def _seen(triangles: Triangles, view: Floats, middle: Floats) -> Iterator[Floats]:
    for part in _chunks(triangles):
        yield ((part - middle) @ view.T).astype(np.float32)


def _frame(
    triangles: Triangles, view: Floats, middle: Floats, wide: int, high: int
) -> tuple[np.float32, Floats]:
    low, top = np.full(3, np.inf, np.float32), np.full(3, -np.inf, np.float32)
    for corners in _seen(triangles, view, middle):
        low = np.minimum(low, corners.min(axis=(0, 1)))
        top = np.maximum(top, corners.max(axis=(0, 1)))
    span = np.maximum(top - low, 1e-9)
    scale = np.float32(FILLED * min(wide / span[0], high / span[1]))
    offset = np.array([wide / 2, high / 2, 0], np.float32) - (low + top) / 2 * scale
    return scale, offset.astype(np.float32)


def _light(corners: Floats) -> Floats:
    """Brightness of each triangle, the same from both of its sides."""
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(normal, axis=1)
    normal /= np.maximum(length, 1e-30)[:, None]
    normal *= np.where(normal[:, 2] < 0, -1, 1)[:, None]
    main = np.clip(normal @ np.array([-0.35, -0.75, 0.56], np.float32), 0, 1)
    side = np.clip(normal @ np.array([0.8, 0.2, 0.56], np.float32), 0, 1)
    brightness: Floats = (0.34 + 0.5 * main + 0.22 * side).astype(np.float32)
    return brightness


def _colored(
    depth: Floats, shade: Floats, size: tuple[int, int], color: tuple[float, float, float]
) -> NDArray[np.uint8]:
    """Averaged down to the final size, edges where the depth jumps a little darker."""
    wide, high = size
    depth, shade = depth.reshape(high, wide), shade.reshape(high, wide)
    hit = np.isfinite(depth)
    filled = np.where(hit, depth, depth[hit].min() if hit.any() else 0)
    jump = np.abs(np.diff(filled, axis=0, prepend=filled[:1]))
    jump += np.abs(np.diff(filled, axis=1, prepend=filled[:, :1]))
    shade = shade * np.where(jump > 0.02 * max(wide, high), np.float32(0.72), np.float32(1))
    hits = _summed(hit.astype(np.float32))
    # One color for the whole part: shades are averaged, and only then colored.
    mean = _summed(shade * hit) / np.maximum(hits, 1)
    final = np.empty((*mean.shape, 4), np.uint8)
    final[..., :3] = np.clip(mean[..., None] * np.array(color, np.float32) * 1.25, 0, 1) * 255 + 0.5
    final[..., 3] = hits / OVERSAMPLING**2 * 255 + 0.5
    return final


def _summed(fine: Floats) -> Floats:
    """Squares of OVERSAMPLING × OVERSAMPLING pixels, added up."""
    starts = range(OVERSAMPLING)
    total: Floats = sum(
        (fine[y::OVERSAMPLING, x::OVERSAMPLING] for y in starts for x in starts),
        start=np.zeros((1, 1), np.float32),
    )
    return total
