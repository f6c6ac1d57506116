"""Layers as pixels: filling outlines, growing and shrinking areas.

A stack is a bool array (layers, rows, columns) with an empty margin on every side, so that shifts
of the flat array never carry anything from one row or layer into the next.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from jobs.pricing.crossings import Segments

Stack = NDArray[np.bool_]
LEAST_MARGIN = 6
_PLANE = np.array([[[0] * 3] * 3, [[0, 1, 0], [1, 1, 1], [0, 1, 0]], [[0] * 3] * 3], dtype=bool)


@dataclass(frozen=True)
class Grid:
    """Square pixels of `pixel_mm`; column `margin` starts at x = 0, row `margin` at y = 0."""

    pixel_mm: float
    rows: int
    columns: int
    margin: int

    @staticmethod
    def over(width_mm: float, depth_mm: float, pixel_mm: float, around_mm: float = 0.0) -> "Grid":
        """Pixels for a part and for what stands up to `around_mm` beside it."""
        margin = max(LEAST_MARGIN, int(np.ceil(around_mm / pixel_mm)) + 1)
        rows, columns = (
            int(np.ceil(side / pixel_mm)) + 1 + 2 * margin for side in (depth_mm, width_mm)
        )
        return Grid(pixel_mm, rows, columns, margin)

    @property
    def cells(self) -> int:
        return self.rows * self.columns


def fill(segments: Segments, layers: int, grid: Grid) -> Stack:
    """The inside of the outlines: pixels whose middle has a positive winding number. A row that
    an open outline would leak through is left empty."""
    pixel = grid.pixel_mm
    low = np.ceil(np.minimum(segments.y0, segments.y1) / pixel - 0.5).astype(np.int32)
    high = np.ceil(np.maximum(segments.y0, segments.y1) / pixel - 0.5).astype(np.int32)
    counts = high - low
    crossing = np.flatnonzero(counts)
    counts = counts[crossing]
    index = np.repeat(crossing, counts)
    before = np.cumsum(counts) - counts
    row = np.arange(len(index)) - np.repeat(before, counts) + low[index]
    y = (row + 0.5) * pixel
    x0, y0 = segments.x0[index], segments.y0[index]
    run, rise = segments.x1[index] - x0, segments.y1[index] - y0
    x = x0 + (y - y0) * (run / rise)
    column = np.ceil(x / pixel - 0.5).astype(np.int64)
    np.clip(column, 0, grid.columns - 2 * grid.margin, out=column)
    np.clip(row, 0, grid.rows - 2 * grid.margin, out=row)
    place = (segments.layer[index].astype(np.int64) * grid.rows + row + grid.margin) * grid.columns
    change = np.zeros(layers * grid.cells, np.int16)
    np.add.at(change, place + column + grid.margin, np.where(rise > 0, -1, 1).astype(np.int16))
    winding = np.cumsum(change.reshape(layers, grid.rows, grid.columns), axis=2, dtype=np.int16)
    inside: Stack = winding > 0
    inside[winding[:, :, -1] != 0] = False
    return inside


def shrunk(stack: Stack, steps: int, grid: Grid) -> Stack:
    """Shrunk by `steps` pixels. Crosses and squares take turns, so that the depth is the same in
    every direction to a few per cent."""
    result = stack.copy()
    for shape in _SHAPES[steps]:
        result = (
            _cross(result, grid, np.logical_and)
            if shape == "+"
            else _square(result, grid, np.logical_and)
        )
    return result


def shrunk_square(stack: Stack, grid: Grid) -> Stack:
    """Shrunk by one pixel in all eight directions."""
    return _square(stack, grid, np.logical_and)


def grown(stack: Stack, steps: int, grid: Grid) -> Stack:
    """Grown by `steps` pixels (at most LEAST_MARGIN)."""
    result = stack.copy()
    for shape in _SHAPES[steps]:
        result = (
            _cross(result, grid, np.logical_or)
            if shape == "+"
            else _square(result, grid, np.logical_or)
        )
    return result


_SHAPES = {
    0: "", 1: "+", 2: "+#", 3: "+#+", 4: "++#+", 5: "+#++#", 6: "+#++#+",
}  # fmt: skip


def _cross(stack: Stack, grid: Grid, join: np.ufunc) -> Stack:
    flat = stack.reshape(-1)
    result = flat.copy()
    for step in (1, grid.columns):
        join(result[step:], flat[:-step], out=result[step:])
        join(result[:-step], flat[step:], out=result[:-step])
    return result.reshape(stack.shape)


def _square(stack: Stack, grid: Grid, join: np.ufunc) -> Stack:
    flat = stack.reshape(-1)
    for step in (1, grid.columns):
        result = flat.copy()
        join(result[step:], flat[:-step], out=result[step:])
        join(result[:-step], flat[step:], out=result[:-step])
        flat = result
    return flat.reshape(stack.shape)


def spread(stack: Stack, reach_mm: float, grid: Grid) -> Stack:
    """Grown by a distance of many pixels, as an octagon: a square and a diamond of which each
    side is made by doubling shifts. Layers without a pixel cost nothing."""
    result = stack.copy()
    chosen = np.flatnonzero(stack.any(axis=(1, 2)))
    pixels = reach_mm / grid.pixel_mm
    square, diagonal = round(0.414 * pixels), round(0.293 * pixels)
    grown = stack[chosen]
    for direction, reach in (
        ((0, 1), square),
        ((1, 0), square),
        ((1, 1), diagonal),
        ((1, -1), diagonal),
    ):
        grown = _dragged(grown, direction, reach)
    result[chosen] = grown
    return result


def _dragged(stack: Stack, direction: tuple[int, int], reach: int) -> Stack:
    """The area that a stack covers while it is moved by up to `reach` pixels both ways."""
    done = 0
    while done < reach:
        step = min(done + 1, reach - done)
        wider = stack.copy()
        for way in (1, -1):
            rows, columns = direction[0] * step * way, direction[1] * step * way
            wider[:, _to(rows), _to(columns)] |= stack[:, _to(-rows), _to(-columns)]
        stack = wider
        done += step
    return stack


def _to(shift: int) -> slice:
    return slice(shift, None) if shift >= 0 else slice(None, shift)


def counts(stack: Stack) -> NDArray[np.float64]:
    """How many pixels each layer has."""
    return np.array([np.count_nonzero(layer) for layer in stack], dtype=np.float64)


def runs(stack: Stack, step: int) -> NDArray[np.float64]:
    """In how many pieces lines that step through the flat array by `step` are cut, by layer."""
    flat = stack.reshape(-1)
    starts = flat.copy()
    np.greater(flat[step:], flat[:-step], out=starts[step:])
    return counts(starts.reshape(stack.shape))


def euler(stack: Stack, grid: Grid) -> NDArray[np.float64]:
    """Islands minus holes of each layer: pixels − touching pairs + full 2 × 2 blocks."""
    flat = stack.reshape(-1)
    right = np.zeros_like(flat)
    np.logical_and(flat[1:], flat[:-1], out=right[:-1])
    down = np.zeros_like(flat)
    np.logical_and(flat[grid.columns :], flat[: -grid.columns], out=down[: -grid.columns])
    block = np.zeros_like(flat)
    np.logical_and(down[1:], down[:-1], out=block[:-1])
    shape = stack.shape
    return (
        counts(stack)
        - counts(right.reshape(shape))
        - counts(down.reshape(shape))
        + counts(block.reshape(shape))
    )


def islands(stack: Stack) -> NDArray[np.float64]:
    """How many separate areas each layer has, those nearer than two pixels taken as one."""
    rows, columns = stack.shape[1] // 2 * 2, stack.shape[2] // 2 * 2
    pairs = stack[:, 0:rows:2] | stack[:, 1:rows:2]
    pooled = pairs[:, :, 0:columns:2] | pairs[:, :, 1:columns:2]
    labels, total = ndimage.label(pooled, structure=_PLANE)
    if not total:
        return np.zeros(len(stack))
    highest = np.maximum.accumulate(labels.reshape(len(stack), -1).max(axis=1))
    return np.diff(highest, prepend=0).astype(np.float64)
