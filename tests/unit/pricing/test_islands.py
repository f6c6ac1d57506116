"""Counting separate areas by the pieces of their rows."""

import numpy as np
from scipy import ndimage

from jobs.pricing.islands import islands
from jobs.pricing.raster import packed

FOUR = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], bool)


def layers_of_blocks(layers: int, seed: int) -> np.ndarray:
    """Pixels in blocks of two by two along the pairs that are pooled, so that pooling changes
    nothing: (layers, 48, 64)."""
    small = np.random.default_rng(seed).random((layers, 20, 28)) < 0.55
    return np.pad(small.repeat(2, 1).repeat(2, 2), ((0, 0), (4, 4), (4, 4)))


def labelled(layer: np.ndarray, least: int = 1) -> int:
    labels, total = ndimage.label(layer, FOUR)
    return int(sum(np.count_nonzero(labels == n) >= least for n in range(1, total + 1)))


def test_as_many_islands_are_found_as_by_labelling_pixels() -> None:
    pixels = layers_of_blocks(9, seed=2)
    found = islands(packed(pixels), 0)
    assert [found[at] for at in (0, 3, 6)] == [labelled(pixels[at]) for at in (0, 3, 6)]


def test_small_islands_can_be_left_out() -> None:
    pixels = layers_of_blocks(1, seed=3)
    assert islands(packed(pixels), 0, 40).tolist() == [labelled(pixels[0], 40)]
    assert labelled(pixels[0], 40) < labelled(pixels[0])


def test_of_layers_that_differ_every_third_is_looked_at_wherever_a_slab_begins() -> None:
    pixels = layers_of_blocks(12, seed=4)
    whole = islands(packed(pixels), 0)
    assert whole[4] == whole[3]
    assert islands(packed(pixels[3:]), 3).tolist() == whole[3:].tolist()


def test_equal_layers_have_equally_many_islands_and_empty_ones_none() -> None:
    one = layers_of_blocks(1, seed=5)
    pixels = np.concatenate([one, one, one, np.zeros_like(one), one])
    count = labelled(one[0])
    assert islands(packed(pixels), 0).tolist() == [count, count, count, 0, count]
    assert islands(packed(np.zeros_like(pixels)), 0).tolist() == [0] * 5
