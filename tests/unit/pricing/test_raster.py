"""Pixels in bits do what the same steps on truth values do."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from jobs.pricing import raster
from jobs.pricing.raster import Grid

Pixels = NDArray[np.bool_]
GRID = Grid.over(18.0, 11.0, 0.4, 2.0)
CROSS = np.array([[[0, 1, 0], [1, 1, 1], [0, 1, 0]]], bool)
SQUARE = np.ones((1, 3, 3), bool)


def blots(layers: int = 4, *, specks: int = 12, seed: int = 1) -> Pixels:
    """Rectangles here and there inside of the margins; the second layer is empty."""
    random = np.random.default_rng(seed)
    pixels = np.zeros((layers, GRID.rows, GRID.columns), bool)
    for layer in range(layers):
        for _ in range(specks):
            row = random.integers(GRID.margin, GRID.rows - GRID.margin - 6)
            column = random.integers(GRID.margin, GRID.columns - GRID.margin - 6)
            high, wide = random.integers(1, 7, 2)
            pixels[layer, row : row + high, column : column + wide] = True
    pixels[1] = False
    return pixels


def test_packed_pixels_are_the_same_when_unpacked() -> None:
    assert np.array_equal(raster.unpacked(raster.packed(blots())), blots())
    assert raster.packed(blots()).shape == GRID.empty(4).shape


def test_crosses_and_squares_take_turns_in_shrinking_and_growing() -> None:
    stack = raster.packed(blots())
    shrunk, grown = blots(), blots()
    for steps, shape in enumerate((CROSS, SQUARE, CROSS, CROSS), start=1):
        shrunk = ndimage.binary_erosion(shrunk, shape)
        grown = ndimage.binary_dilation(grown, shape)
        assert np.array_equal(raster.unpacked(raster.shrunk(stack, steps)), shrunk)
        assert np.array_equal(raster.unpacked(raster.grown(stack, steps)), grown)
    again = raster.shrunk(raster.shrunk(stack, 1), 3, 1)
    assert np.array_equal(again, raster.shrunk(stack, 3))


def test_what_is_narrow_is_gone_after_opening() -> None:
    opened = raster.unpacked(raster.opened(raster.packed(blots()), 1))
    assert np.array_equal(opened, ndimage.binary_opening(blots(), CROSS))


@pytest.mark.parametrize("rows", [-2, 0, 3])
@pytest.mark.parametrize("columns", [-9, -1, 0, 1, 8])
def test_pixels_are_joined_with_those_some_rows_and_columns_away(rows: int, columns: int) -> None:
    stack = raster.packed(blots())
    moved = raster.join_moved(np.zeros_like(stack), stack, rows, columns)
    expected = np.roll(blots(), (rows, columns), axis=(1, 2))
    inner = np.s_[:, GRID.margin : -GRID.margin, GRID.margin : -GRID.margin]
    assert np.array_equal(raster.unpacked(moved)[inner], expected[inner])
    both = raster.unpacked(raster.pairs(stack, rows, columns))
    assert np.array_equal(both[inner], (blots() & expected)[inner])


def test_a_pixel_spreads_into_an_octagon_of_its_reach() -> None:
    pixels = np.zeros((2, GRID.rows, GRID.columns), bool)
    pixels[1, 17, 20] = True
    spread = raster.unpacked(raster.spread(raster.packed(pixels), 2.0, GRID))
    assert not spread[0].any()
    row, column = np.nonzero(spread[1])
    assert (row.min(), row.max(), column.min(), column.max()) == (13, 21, 16, 24)
    away = np.abs(row - 17) + np.abs(column - 20)
    assert away.max() == 6
    assert np.count_nonzero(spread[1]) == np.count_nonzero(
        np.add.outer(np.abs(np.arange(-4, 5)), np.abs(np.arange(-4, 5))) <= 6
    )


def test_pixels_are_counted_by_layer() -> None:
    assert raster.counts(raster.packed(blots())).tolist() == blots().sum(axis=(1, 2)).tolist()


def test_islands_less_holes_are_known_from_pixels_and_their_neighbours() -> None:
    pixels = np.zeros((1, GRID.rows, GRID.columns), bool)
    pixels[0, 10:20, 10:20] = True
    pixels[0, 12:14, 12:14] = pixels[0, 16, 16] = False
    pixels[0, 10:12, 30:33] = True
    stack = raster.packed(pixels)
    assert raster.euler(stack, raster.counts(stack)).tolist() == [2 - 2]


def test_middles_are_where_the_pixels_are() -> None:
    pixels = np.zeros((1, GRID.rows, GRID.columns), bool)
    pixels[0, GRID.margin, GRID.margin + 3] = True
    middles = GRID.middles(raster.packed(pixels))
    assert middles == pytest.approx(np.array([[3.5 * 0.4, 0.5 * 0.4]]))
