"""Which pixels are inside of outlines."""

import numpy as np

from jobs.pricing.crossings import Segments
from jobs.pricing.filling import fill
from jobs.pricing.raster import Grid, unpacked

GRID = Grid.over(30.0, 20.0, 0.5)
Points = list[tuple[float, float]]


def outlines(*layers: list[Points]) -> Segments:
    """Closed outlines of each layer, walked with the solid on the left."""
    rows = [
        (number, *one, *other)
        for number, loops in enumerate(layers)
        for points in loops
        for one, other in zip(points, [*points[1:], points[0]], strict=True)
    ]
    layer, x0, y0, x1, y1 = np.array(rows).T
    return Segments(layer.astype(np.int32), *(side.astype(np.float32) for side in (x0, y0, x1, y1)))


def polygon(middle: tuple[float, float], radius: float, corners: int, *, start: float) -> Points:
    angles = start + np.arange(corners) * 2 * np.pi / corners
    x, y = middle
    return [(x + radius * float(np.cos(a)), y + radius * float(np.sin(a))) for a in angles]


def winding(loops: list[Points]) -> np.ndarray:
    """How often the outlines go round the middle of each pixel of the grid, by its angles."""
    at = [(np.arange(count) - GRID.margin + 0.5) * 0.5 for count in (GRID.columns, GRID.rows)]
    x, y = np.meshgrid(*at)
    total = np.zeros(x.shape)
    for points in loops:
        for one, other in zip(points, [*points[1:], points[0]], strict=True):
            ax, ay, bx, by = one[0] - x, one[1] - y, other[0] - x, other[1] - y
            total += np.arctan2(ax * by - ay * bx, ax * bx + ay * by)
    return np.round(total / (2 * np.pi)).astype(int)


def test_pixels_are_inside_where_the_winding_number_is_positive() -> None:
    star = polygon((13.1, 9.7), 8.3, 5, start=0.3)
    layers = [
        [polygon((10.2, 9.9), 7.7, 17, start=0.1)],
        [star[0::2] + star[1::2]],
        [polygon((9.1, 8.2), 6.1, 7, start=0.2), polygon((14.3, 9.9), 6.7, 9, start=0.7)],
        [polygon((12.7, 9.9), 8.1, 8, start=0.4), polygon((12.7, 9.9), 4.1, 6, start=0.5)[::-1]],
        [polygon((12.7, 9.9), 6.1, 6, start=0.4)[::-1]],
    ]
    found = unpacked(fill(outlines(*layers), len(layers), GRID))
    for number, loops in enumerate(layers):
        assert np.array_equal(found[number], winding(loops) > 0), number
    assert not found[4].any()


def test_rows_that_an_open_outline_would_leak_through_stay_empty() -> None:
    whole = outlines([[(2, 2), (20, 2), (20, 8), (20, 14), (2, 14)]])
    kept = [0, 2, 3, 4]
    leaking = Segments(
        whole.layer[kept], whole.x0[kept], whole.y0[kept], whole.x1[kept], whole.y1[kept]
    )
    found, entire = (unpacked(fill(some, 1, GRID)) for some in (leaking, whole))
    empty = np.s_[:, GRID.margin + 4 : GRID.margin + 16]
    assert entire[empty].any()
    assert not found[empty].any()
    assert np.array_equal(found[:, GRID.margin + 16 :], entire[:, GRID.margin + 16 :])


def test_a_gap_narrower_than_what_is_closed_vanishes() -> None:
    left = [(2.0, 2.0), (10.2, 2.0), (10.2, 14.0), (2.0, 14.0)]
    right = [(10.3, 2.0), (20.0, 2.0), (20.0, 14.0), (10.3, 14.0)]
    both = outlines([left, right])
    apart, joined = fill(both, 1, GRID), fill(both, 1, GRID, closing_mm=0.1)
    one = fill(outlines([[(2, 2), (20, 2), (20, 14), (2, 14)]]), 1, GRID)
    assert not np.array_equal(apart, one)
    assert np.array_equal(joined, one)
