"""Drawing outlines: which pixels they pass."""

import numpy as np
import pytest

from jobs.pricing import crossings
from jobs.pricing.crossings import Segments
from jobs.pricing.raster import Grid, unpacked
from jobs.pricing.tracing import trace


def lines(*ends: tuple[int, float, float, float, float]) -> Segments:
    columns = np.array(ends, np.float64).reshape(-1, 5).T
    return Segments(columns[0].astype(np.int32), *columns[1:].astype(np.float32))


def drawn(grid: Grid, segments: Segments, layers: int) -> np.ndarray:
    margin = grid.margin
    return unpacked(trace(segments, layers, grid))[:, margin:, margin:]


def test_a_line_passes_every_pixel_on_its_way_in_its_own_layer() -> None:
    grid = Grid.over(10, 8, 0.5)
    found = drawn(grid, lines((1, 0.25, 1.25, 9.25, 1.25), (2, 3.25, 6.75, 3.25, 0.25)), 3)
    assert not found[0].any()
    assert np.argwhere(found[1]).tolist() == [[2, column] for column in range(19)]
    assert np.argwhere(found[2]).tolist() == [[row, 6] for row in range(14)]


def test_a_slanted_line_leaves_no_gap() -> None:
    grid = Grid.over(10, 8, 0.5)
    passed = np.argwhere(drawn(grid, lines((0, 0.1, 0.2, 9.7, 5.3)), 1)[0])
    steps = np.abs(np.diff(passed[np.argsort(passed[:, 1], kind="stable")], axis=0)).max(axis=1)
    assert steps.max() == 1
    assert passed.min(axis=0).tolist() == [0, 0]
    assert passed.max(axis=0).tolist() == [10, 19]


def test_many_lines_at_once_are_drawn_as_each_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(5)
    ends = np.column_stack([chance.integers(0, 3, 200), chance.uniform(0, 8, (200, 4))])
    grid = Grid.over(10, 8, 0.3)
    whole = trace(lines(*map(tuple, ends)), 3, grid)
    monkeypatch.setattr(crossings, "CROSSINGS_AT_ONCE", 7)
    assert np.array_equal(trace(lines(*map(tuple, ends)), 3, grid), whole)
    each = [trace(lines(tuple(line)), 3, grid) for line in ends]
    assert np.array_equal(np.bitwise_or.reduce(each), whole)


def test_nothing_is_drawn_of_nothing() -> None:
    assert not trace(lines(), 2, Grid.over(10, 8, 0.5)).any()
