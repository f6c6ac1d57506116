"""Drawing outlines: which pixels they pass."""

import numpy as np

from jobs.pricing.crossings import Segments, portions
from jobs.pricing.raster import BITS, Grid, Stack

STEP = 0.7
"""Points on an outline are no further apart than this share of a pixel, so that none is missed by
more than a corner."""


def trace(segments: Segments, layers: int, grid: Grid) -> Stack:
    """The pixels that the segments pass, in each of so many layers."""
    x, y = segments.x1 - segments.x0, segments.y1 - segments.y0
    points = (np.hypot(x, y) / (STEP * grid.pixel_mm)).astype(np.int64) + 2
    stack = grid.empty(layers)
    pixels = stack.reshape(-1)
    for some in portions(points):
        line = np.repeat(np.arange(some.start, some.stop), points[some])
        before = np.cumsum(points[some]) - points[some]
        share = (np.arange(len(line)) - np.repeat(before, points[some])) / (points - 1)[line]
        column, row = (
            ((start[line] + share * length[line]) / grid.pixel_mm).astype(np.int64) + grid.margin
            for start, length in ((segments.x0, x), (segments.y0, y))
        )
        bit, block = np.divmod(column, grid.blocks)
        index = (segments.layer[line] * np.int64(grid.blocks) + block) * grid.rows + row
        for each in range(BITS):
            pixels[index[bit == each]] |= np.uint8(1 << each)
    return stack
