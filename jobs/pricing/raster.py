"""Layers as pixels: filling outlines, growing and shrinking areas.

A stack is an array of 64-bit words (layers, rows, words): pixel x of a row is bit x mod 64 of its
word x // 64. All layers are worked on at once, 64 pixels an operation, which makes plain numpy as
fast as a compiled kernel on bytes. Every side has an empty margin, wide enough that what leaves a
row by growing never reaches the pixels of the next one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from jobs.pricing.crossings import Segments

Stack = NDArray[np.uint64]
WORD = 64
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
        return Grid(pixel_mm, rows, -(-columns // WORD) * WORD, margin)

    @property
    def cells(self) -> int:
        return self.rows * self.columns

    @property
    def words(self) -> int:
        """Words in a row."""
        return self.columns // WORD

    def empty(self, layers: int) -> Stack:
        return np.zeros((layers, self.rows, self.words), np.uint64)

    def middles(self, stack: Stack) -> NDArray[np.float64]:
        """Middles of all pixels that are set, in mm: (n, 2)."""
        _, row, column = np.nonzero(_bytes(stack))
        middles = np.stack([column, row], axis=1).astype(np.float64) - self.margin + 0.5
        return middles * self.pixel_mm


def fill(segments: Segments, layers: int, grid: Grid, *, closing_mm: float = 0.0) -> Stack:
    """The inside of the outlines: pixels whose middle has a positive winding number. A row that
    an open outline would leak through is left empty. Gaps up to `closing_mm` wide are closed, as
    slicers do: bodies that touch are one."""
    found = _drawn(segments, layers, grid)
    if closing_mm:
        # What has material on both sides, along a direction in which few walls run.
        x, y = np.float32(closing_mm), np.float32(0.7 * closing_mm)
        found |= _drawn(_moved(segments, x, y), layers, grid) & _drawn(
            _moved(segments, -x, -y), layers, grid
        )
        # What is left of gaps along that direction: single pixels.
        around = moved(found, 1) & moved(found, -1)
        around[:, 1:] &= found[:, :-1]
        around[:, :-1] &= found[:, 1:]
        found |= around
    return found


def _moved(segments: Segments, x: np.float32, y: np.float32) -> Segments:
    return Segments(
        segments.layer, segments.x0 + x, segments.y0 + y, segments.x1 + x, segments.y1 + y
    )


def _drawn(segments: Segments, layers: int, grid: Grid) -> Stack:
    pixel = grid.pixel_mm
    low = np.ceil(np.minimum(segments.y0, segments.y1) / pixel - 0.5).astype(np.int32)
    high = np.ceil(np.maximum(segments.y0, segments.y1) / pixel - 0.5).astype(np.int32)
    counts = high - low
    crossing = np.flatnonzero(counts)
    counts = counts[crossing]
    x0, y0, x1, y1 = (
        side[crossing] for side in (segments.x0, segments.y0, segments.x1, segments.y1)
    )
    slope = (x1 - x0) / (y1 - y0)
    first = low[crossing]
    line = np.repeat(np.arange(len(crossing), dtype=np.int32), counts)
    step = (
        np.arange(len(line), dtype=np.int32) - (np.cumsum(counts) - counts).astype(np.int32)[line]
    )
    at_first = (x0 + ((first + np.float32(0.5)) * np.float32(pixel) - y0) * slope) / pixel - 0.5
    column = np.ceil(at_first[line] + step * slope[line]).astype(np.int32)
    np.clip(column, -1, grid.columns - 2 * grid.margin, out=column)
    row = np.clip(first[line] + step, -1, grid.rows - 2 * grid.margin)
    place = segments.layer[crossing].astype(np.int64)[line] * grid.rows + row + grid.margin
    place *= grid.columns
    place += column
    place += grid.margin
    return _filled(place, (y1 < y0)[line], layers, grid)


def _filled(
    place: NDArray[np.int64], entering: NDArray[np.bool_], layers: int, grid: Grid
) -> Stack:
    """Fill from places in the flat picture where the winding number rises by one (`entering`) or
    falls by one."""
    events = place * 2 + ~entering
    events.sort()
    place = events >> 1
    winding = np.cumsum(np.where(events & 1, -1, 1), dtype=np.int32)
    row = place // grid.columns
    new = np.flatnonzero(np.diff(row, prepend=-1))
    length = np.diff(new, append=len(row))
    before = np.concatenate([[0], winding])[new]
    after = winding[new + length - 1] if len(new) else winding
    winding -= np.repeat(before, length).astype(np.int32)
    inside = winding > 0
    inside[np.repeat(before != after, length)] = False
    turns = place[np.diff(inside, prepend=False)]
    same = np.zeros(len(turns) + 1, bool)
    same[1:-1] = turns[1:] == turns[:-1]
    turns = turns[~(same[1:] | same[:-1])]
    flat = np.zeros(layers * grid.rows * grid.words, np.uint64)
    np.add.at(flat, turns >> 6, np.uint64(1) << (turns & 63).astype(np.uint64))
    for shift in (1, 2, 4, 8, 16, 32):
        flat ^= flat << np.uint64(shift)
    carried = np.bitwise_xor.accumulate(flat >> np.uint64(63))
    flat[1:] ^= np.uint64(0) - carried[:-1]
    return flat.reshape(layers, grid.rows, grid.words)


def shrunk(stack: Stack, steps: int, done: int = 0) -> Stack:
    """Shrunk by `steps` pixels, of which it has been by `done` already. Crosses and squares take
    turns, so that the depth is the same in every direction to a few per cent."""
    for shape in _SHAPES[done:steps]:
        stack = _cross(stack, np.bitwise_and) if shape == "+" else shrunk_square(stack)
    return stack


def shrunk_square(stack: Stack) -> Stack:
    """Shrunk by one pixel in all eight directions."""
    return _square(stack, np.bitwise_and)


def grown(stack: Stack, steps: int) -> Stack:
    """Grown by `steps` pixels (at most LEAST_MARGIN)."""
    for shape in _SHAPES[:steps]:
        join = np.bitwise_or
        stack = _cross(stack, join) if shape == "+" else _square(stack, join)
    return stack


_SHAPES = "+#++#+"


def moved(stack: Stack, columns: int) -> Stack:
    """All pixels moved to higher columns (or lower, below zero), by less than a word."""
    flat = stack.reshape(-1)
    if columns == 0:
        return stack.copy()
    if columns > 0:
        result = flat << np.uint64(columns)
        result[1:] |= flat[:-1] >> np.uint64(WORD - columns)
    else:
        result = flat >> np.uint64(-columns)
        result[:-1] |= flat[1:] << np.uint64(WORD + columns)
    return result.reshape(stack.shape)


def _beside(stack: Stack, join: np.ufunc) -> Stack:
    result: Stack = join(join(moved(stack, 1), stack), moved(stack, -1))
    return result


def _above(result: Stack, stack: Stack, join: np.ufunc) -> Stack:
    """Joins the rows above and below of `stack` to `result`, in place."""
    join(result[:, 1:], stack[:, :-1], out=result[:, 1:])
    join(result[:, :-1], stack[:, 1:], out=result[:, :-1])
    return result


def _cross(stack: Stack, join: np.ufunc) -> Stack:
    return _above(_beside(stack, join), stack, join)


def _square(stack: Stack, join: np.ufunc) -> Stack:
    wide = _beside(stack, join)
    return _above(wide.copy(), wide, join)


def spread(stack: Stack, reach_mm: float, grid: Grid) -> Stack:
    """Grown by a distance of many pixels, as an octagon: a square and a diamond of which each
    side is made by doubling shifts. Layers without a pixel cost nothing."""
    pixels = reach_mm / grid.pixel_mm
    square, diagonal = round(0.414 * pixels), round(0.293 * pixels)
    chosen = np.flatnonzero(stack.any(axis=(1, 2)))
    area = stack[chosen]
    for direction, reach in (
        ((0, 1), square),
        ((1, 0), square),
        ((1, 1), diagonal),
        ((1, -1), diagonal),
    ):
        area = _dragged(area, direction, reach)
    result = np.zeros_like(stack)
    result[chosen] = area
    return result


def _dragged(stack: Stack, direction: tuple[int, int], reach: int) -> Stack:
    """The area that a stack covers while it is moved by up to `reach` pixels both ways."""
    done = 0
    while done < reach:
        step = min(done + 1, reach - done, WORD - 1)
        rows, columns = direction[0] * step, direction[1] * step
        wider = stack.copy()
        ahead, back = moved(stack, columns), moved(stack, -columns)
        wider[:, rows:] |= ahead[:, : stack.shape[1] - rows]
        wider[:, : stack.shape[1] - rows] |= back[:, rows:]
        stack = wider
        done += step
    return stack


def counts(stack: Stack) -> NDArray[np.float64]:
    """How many pixels each layer has."""
    ones: NDArray[np.float64] = (
        np.bitwise_count(stack)
        .reshape(len(stack), -1)
        .sum(axis=1, dtype=np.int32)
        .astype(np.float64)
    )
    return ones


def runs(stack: Stack, rows: int, columns: int) -> NDArray[np.float64]:
    """In how many pieces lines that go on by `rows` (0 or 1) and `columns` are cut, by layer."""
    before = moved(stack, columns)
    starts = stack.copy()
    starts[:, rows:] &= ~before[:, : before.shape[1] - rows]
    return counts(starts)


def euler(stack: Stack) -> NDArray[np.float64]:
    """Islands minus holes of each layer: pixels − touching pairs + full 2 × 2 blocks."""
    right = stack & moved(stack, 1)
    down = stack[:, 1:] & stack[:, :-1]
    block = right[:, 1:] & right[:, :-1]
    return counts(stack) - counts(right) - counts(down) + counts(block)


def islands(stack: Stack, least_pixels: float = 0.0) -> NDArray[np.float64]:
    """How many separate areas each layer has, those nearer than two pixels taken as one, and those
    of fewer pixels than `least_pixels` left out. Of layers that all differ every third is looked
    at, of equal ones the lowest."""
    rows = stack.shape[1] // 2 * 2
    pairs = stack[:, 0:rows:2] | stack[:, 1:rows:2]
    new = np.ones(len(pairs), bool)
    new[1:] = (pairs[1:] != pairs[:-1]).any(axis=(1, 2))
    starts_run = np.append(~new[1:], True)
    new &= starts_run | (np.arange(len(new)) % 3 == 0)
    pairs = (pairs | pairs >> np.uint64(1))[new]
    pooled = _bytes(pairs)[:, :, ::2]
    labels, total = ndimage.label(pooled, structure=_PLANE)
    if not total:
        return np.zeros(len(stack))
    highest = np.maximum.accumulate(labels.reshape(len(labels), -1).max(axis=1))
    upto = np.arange(total + 1)
    if least_pixels:
        sizes = np.bincount(labels.reshape(-1), minlength=total + 1)
        sizes[0] = 0
        upto = np.cumsum(sizes >= max(1.0, least_pixels / 4))
    found = np.diff(upto[highest], prepend=0).astype(np.float64)
    of_layer: NDArray[np.float64] = found[np.cumsum(new) - 1]
    return of_layer


def _bytes(stack: Stack) -> NDArray[np.uint8]:
    """A byte for each pixel: (layers, rows, columns)."""
    plain = np.ascontiguousarray(stack).view(np.uint8)
    return np.unpackbits(plain, axis=-1, bitorder="little")
