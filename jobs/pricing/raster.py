"""Layers as pixels: growing, shrinking and counting areas.

A stack is an array of bytes (layers, blocks, rows): pixel x of a row is bit x div blocks of byte
x mod blocks. All pixels of a layer that are to be compared with the ones beside them lie a byte
apart, and the ones above and below them too, so a step in any direction is the same array read at
another place, eight pixels a byte and as many bytes at once as a processor takes: plain numpy as
fast as a compiled kernel. Every side has an empty margin, wide enough that what is moved past the
end of a row or a column never reaches the pixels of the next one.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Stack = NDArray[np.uint8]
Column = NDArray[np.float64]
BITS = 8
LEAST_MARGIN = 6


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
        # A count of pixels takes eight bytes at once, one of islands pairs of rows and columns.
        return Grid(pixel_mm, -(-rows // 8) * 8, -(-columns // 16) * 16, margin)

    @property
    def cells(self) -> int:
        return self.rows * self.columns

    @property
    def blocks(self) -> int:
        """Bytes in a row, each of pixels that lie this many columns apart."""
        return self.columns // BITS

    def empty(self, layers: int) -> Stack:
        return np.zeros((layers, self.blocks, self.rows), np.uint8)

    def middles(self, stack: Stack) -> NDArray[np.float64]:
        """Middles of all pixels that are set, in mm: (n, 2)."""
        _, row, column = np.nonzero(unpacked(stack))
        middles = np.stack([column, row], axis=1).astype(np.float64) - self.margin + 0.5
        return middles * self.pixel_mm


def unpacked(stack: Stack) -> NDArray[np.bool_]:
    """A truth value for each pixel: (layers, rows, columns)."""
    layers, blocks, rows = stack.shape
    single = np.unpackbits(stack[..., None], axis=-1, bitorder="little").view(bool)
    return single.transpose(0, 2, 3, 1).reshape(layers, rows, blocks * BITS)


def packed(pixels: NDArray[np.bool_]) -> Stack:
    """The stack of truth values (layers, rows, columns), the last a multiple of eight."""
    layers, rows, columns = pixels.shape
    apart = pixels.reshape(layers, rows, BITS, columns // BITS).transpose(0, 3, 1, 2)
    return np.packbits(apart, axis=-1, bitorder="little")[..., 0]


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


def opened(stack: Stack, steps: int) -> Stack:
    """Without what is narrower than about twice as many pixels. Layers without a pixel cost
    nothing."""
    return _where_set(stack, lambda some: grown(shrunk(some, steps), steps))


def _where_set(stack: Stack, change: Callable[[Stack], Stack]) -> Stack:
    """What becomes of the layers that have pixels; empty ones stay empty."""
    chosen = np.flatnonzero(stack.any(axis=(1, 2)))
    if len(chosen) == len(stack):
        return change(stack)
    result = np.zeros_like(stack)
    if len(chosen):
        result[chosen] = change(stack[chosen])
    return result


def join_moved(
    target: Stack, stack: Stack, rows: int, columns: int, join: np.ufunc = np.bitwise_or
) -> Stack:
    """Joins `stack`, moved to higher rows and columns (or lower, below zero), to `target`, in
    place; nothing may reach further than into the margins. What is moved in from outside is
    empty, but for the first rows of all and the last ones, which stay as they are: both are
    margin."""
    blocks = stack.shape[1]
    bits, apart = divmod(columns, blocks)
    _join_rows(target[:, apart:], _over(stack[:, : blocks - apart], bits), rows, join)
    if apart:
        _join_rows(target[:, :apart], _over(stack[:, blocks - apart :], bits + 1), rows, join)
    return target


def _over(stack: Stack, bits: int) -> Stack:
    """Every pixel `bits` times as many columns further as a row has bytes."""
    if bits == 0:
        return stack
    return stack << np.uint8(bits) if bits > 0 else stack >> np.uint8(-bits)


def _join_rows(target: Stack, stack: Stack, rows: int, join: np.ufunc) -> None:
    # Blocks that follow each other are one line: between their rows there is margin.
    line = target.reshape(len(target), -1, copy=False)
    other = stack.reshape(len(stack), -1)
    if rows > 0:
        line, other = line[:, rows:], other[:, :-rows]
    elif rows < 0:
        line, other = line[:, :rows], other[:, -rows:]
    join(line, other, out=line)


def _beside(stack: Stack, join: np.ufunc) -> Stack:
    """Joined with the columns on both sides."""
    blocks = stack.shape[1]
    if blocks < 2:
        raise ValueError("a row has sixteen pixels at least")
    result = np.empty_like(stack)
    join(stack[:, 1:], stack[:, :-1], out=result[:, 1:])
    join(stack[:, 0], stack[:, -1] << np.uint8(1), out=result[:, 0])
    join(result[:, :-1], stack[:, 1:], out=result[:, :-1])
    join(result[:, -1], stack[:, 0] >> np.uint8(1), out=result[:, -1])
    return result


def _above(result: Stack, stack: Stack, join: np.ufunc) -> Stack:
    """Joins the rows above and below of `stack` to `result`, in place. The last row of one block
    and the first of the next are both margin, so all of them are one line."""
    line, other = result.reshape(-1), stack.reshape(-1)
    join(line[1:], other[:-1], out=line[1:])
    join(line[:-1], other[1:], out=line[:-1])
    return result


def _cross(stack: Stack, join: np.ufunc) -> Stack:
    stack = np.ascontiguousarray(stack)
    return _above(_beside(stack, join), stack, join)


def _square(stack: Stack, join: np.ufunc) -> Stack:
    wide = _beside(stack, join)
    return _above(wide.copy(), wide, join)


def spread(stack: Stack, reach_mm: float, grid: Grid) -> Stack:
    """Grown by a distance of many pixels, as an octagon: a square and a diamond of which each
    side is made by doubling shifts. Layers without a pixel cost nothing."""
    pixels = reach_mm / grid.pixel_mm
    square, diagonal = round(0.414 * pixels), round(0.293 * pixels)

    def octagon(area: Stack) -> Stack:
        for direction in ((0, 1), (1, 0)):
            area = _dragged(area, direction, square)
        for direction in ((1, 1), (1, -1)):
            area = _dragged(area, direction, diagonal)
        return area

    return _where_set(stack, octagon)


def _dragged(stack: Stack, direction: tuple[int, int], reach: int) -> Stack:
    """The area that a stack covers while it is moved by up to `reach` pixels both ways."""
    done = 0
    while done < reach:
        step = min(done + 1, reach - done)
        rows, columns = direction[0] * step, direction[1] * step
        wider = join_moved(stack.copy(), stack, rows, columns)
        stack = join_moved(wider, stack, -rows, -columns)
        done += step
    return stack


def counts(stack: Stack) -> Column:
    """How many pixels each layer has."""
    plain = np.ascontiguousarray(stack).reshape(len(stack), -1)
    if plain.shape[1] % 8 == 0:
        plain = plain.view(np.uint64)
    ones: Column = np.bitwise_count(plain).sum(axis=1, dtype=np.int32).astype(np.float64)
    return ones


def pairs(stack: Stack, rows: int, columns: int) -> Stack:
    """The pixels whose neighbour, `rows` lower and `columns` lower, is set as well."""
    return join_moved(stack.copy(), stack, rows, columns, np.bitwise_and)


def touching(stack: Stack, rows: int, columns: int) -> Column:
    """How many pixels of each layer go on `rows` and `columns` further. As many less than all
    pixels are the pieces into which lines in that direction are cut."""
    return counts(pairs(stack, rows, columns))


def euler(stack: Stack, pixels: Column) -> Column:
    """Islands minus holes of each layer: pixels − touching pairs + full 2 × 2 blocks."""
    right = pairs(stack, 0, 1)
    return pixels - counts(right) - touching(stack, 1, 0) + touching(right, 1, 0)
