"""Filling outlines: which pixels are inside."""

import numpy as np
from numpy.typing import NDArray

from jobs.pricing.crossings import Segments
from jobs.pricing.raster import Grid, Stack, join_moved

Ints = NDArray[np.signedinteger]


def fill(segments: Segments, layers: int, grid: Grid, *, closing_mm: float = 0.0) -> Stack:
    """The inside of the outlines: pixels whose middle has a positive winding number. A row that
    an open outline would leak through is left empty. Gaps up to `closing_mm` wide are closed, as
    slicers do: bodies that touch are one."""
    found = _drawn(segments, layers, grid)
    if closing_mm:
        narrow: NDArray[np.bool_] = np.any(_between(found) & ~found, axis=(1, 2))
        if narrow.any():
            found[narrow] = _closed(
                found[narrow], _of_layers(segments, narrow), np.float32(closing_mm), grid
            )
    return found


def _between(stack: Stack) -> Stack:
    """What has material on both sides, along the rows or across them."""
    beside, across = (
        join_moved(
            join_moved(np.zeros_like(stack), stack, rows, columns),
            stack,
            -rows,
            -columns,
            np.bitwise_and,
        )
        for rows, columns in ((0, 1), (1, 0))
    )
    return beside | across


def _of_layers(segments: Segments, chosen: NDArray[np.bool_]) -> Segments:
    """The segments of some layers, which are numbered anew."""
    number = np.cumsum(chosen, dtype=np.int32) - np.int32(1)
    kept = np.flatnonzero(chosen[segments.layer])
    return Segments(
        number[segments.layer[kept]],
        *(side[kept] for side in (segments.x0, segments.y0, segments.x1, segments.y1)),
    )


def _closed(stack: Stack, segments: Segments, x: np.float32, grid: Grid) -> Stack:
    # What has material on both sides, along a direction in which few walls run.
    y = np.float32(0.7) * x
    one, other = (_drawn(_moved(segments, *by), len(stack), grid) for by in ((x, y), (-x, -y)))
    stack |= one & other
    # What is left of gaps along that direction: single pixels.
    around = join_moved(np.zeros_like(stack), stack, 0, 1)
    for rows, columns in ((0, -1), (1, 0), (-1, 0)):
        join_moved(around, stack, rows, columns, np.bitwise_and)
    stack |= around
    return stack


def _moved(segments: Segments, x: np.float32, y: np.float32) -> Segments:
    return Segments(
        segments.layer, segments.x0 + x, segments.y0 + y, segments.x1 + x, segments.y1 + y
    )


def _drawn(segments: Segments, layers: int, grid: Grid) -> Stack:
    pixel = grid.pixel_mm
    low, high = (np.ceil(y / pixel - 0.5).astype(np.int32) for y in (segments.y0, segments.y1))
    crossing = np.flatnonzero(low != high)
    low, high = low[crossing], high[crossing]
    x0, y0, x1, y1 = (
        side[crossing] for side in (segments.x0, segments.y0, segments.x1, segments.y1)
    )
    first, counts = np.minimum(low, high), np.abs(high - low)
    # Row `first + step` of a line is event number `before + step`: all that changes from row to
    # row is counted from event 0 on, so that each line has one offset and one slope.
    before = np.cumsum(counts) - counts
    line = np.repeat(np.arange(len(crossing)), counts)
    slope = ((x1 - x0) / (y1 - y0)).astype(np.float64)
    start = (x0 + ((first + 0.5) * pixel - y0) * slope) / pixel - 0.5 - before * slope
    row = segments.layer[crossing].astype(np.int64) * grid.rows + first + grid.margin - before
    offset = (row * grid.columns + grid.margin) * 2 + (high > low)
    number = np.arange(len(line))
    column = slope[line]
    column *= number
    column += start[line]
    np.ceil(column, out=column)
    np.clip(column, -1, grid.columns - 2 * grid.margin, out=column)
    # Half as wide is twice as fast. Only the sums have to fit; what is added may run over.
    width: type[np.signedinteger] = np.int32 if 2 * layers * grid.cells < 1 << 31 else np.int64
    events: Ints = number.astype(width)
    events *= grid.columns
    events += column.astype(width)
    events *= 2
    events += offset.astype(width)[line]
    return _filled(events, layers, grid)


def _filled(events: Ints, layers: int, grid: Grid) -> Stack:
    """Fill from places in the flat picture, row by row: twice the place where the winding number
    rises by one, or that and one where it falls by one."""
    events.sort()
    starts, ends = _inside(events, grid.columns)
    stack = grid.empty(layers)
    turns = np.concatenate([starts, ends])
    row = turns // grid.columns
    layer = row // grid.rows
    column = turns - row * grid.columns
    bit = column // grid.blocks
    index = (layer * grid.blocks + (column - bit * grid.blocks)) * grid.rows
    index += row - layer * grid.rows
    np.add.at(stack.reshape(-1), index.astype(np.intp), np.uint8(1) << bit.astype(np.uint8))
    # Each pixel takes what all pixels before it in its row say, first in the pixels of its bit …
    for block in range(1, grid.blocks):
        stack[:, block] ^= stack[:, block - 1]
    # … and then in those of the bits before it.
    before = stack[:, -1] << np.uint8(1)
    for shift in (1, 2, 4):
        before ^= before << np.uint8(shift)
    stack ^= before[:, None]
    return stack


def _inside(events: Ints, columns: int) -> tuple[Ints, Ints]:
    """Where what is inside starts and ends. Mostly the outlines of a row are entered and left in
    turns; only rows in which they are not are counted through."""
    last = events[len(events) // 2 * 2 :]
    enter, leave = events[: len(events) - len(last)].reshape(-1, 2).T
    starts, ends = enter >> 1, leave >> 1
    row, other = starts // columns, ends // columns
    odd = ((enter | ~leave) & 1).astype(bool) | (row != other)
    if len(last) or odd.any():
        crossed = np.zeros(int(events[-1] >> 1) // columns + 1, bool)
        crossed[row[odd]] = crossed[other[odd]] = crossed[(last >> 1) // columns] = True
        odd = crossed[row] | crossed[other]
        doubtful = np.stack([enter[odd], leave[odd]], axis=1).reshape(-1)
        counted = _counted(np.concatenate([doubtful, last]), columns)
        starts = np.concatenate([starts[~odd], counted[0]])
        ends = np.concatenate([ends[~odd], counted[1]])
    kept = starts != ends
    return starts[kept], ends[kept]


def _counted(events: Ints, columns: int) -> tuple[Ints, Ints]:
    """The same for rows whose outlines overlap, touch or are open."""
    place = events >> 1
    winding = np.cumsum(np.where(events & 1, -1, 1), dtype=np.int32)
    row = place // columns
    new = np.flatnonzero(np.diff(row, prepend=-1))
    length = np.diff(new, append=len(row))
    before = np.concatenate([[0], winding])[new]
    after = winding[new + length - 1] if len(new) else winding
    winding -= np.repeat(before, length).astype(np.int32)
    inside = winding > 0
    inside[np.repeat(before != after, length)] = False
    turns = place[np.diff(inside, prepend=False)]
    return turns[0::2], turns[1::2]
