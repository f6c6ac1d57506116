"""How many separate areas the layers of a stack have."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from jobs.pricing.raster import BITS, Column, Stack, join_moved

Ints = NDArray[np.int32]


def islands(stack: Stack, first: int, least_pixels: float = 0.0) -> Column:
    """How many separate areas each layer has, those nearer than two pixels taken as one, and those
    of fewer pixels than `least_pixels` left out. `first` is the number of the lowest layer: of
    layers that all differ every third is looked at, and the first and the last, of equal ones the
    lowest."""
    pooled = _pooled(stack)
    new = np.ones(len(pooled), bool)
    new[1:] = (pooled[1:] != pooled[:-1]).any(axis=(1, 2))
    chosen = np.append(~new[1:], True)
    chosen[0] = True
    new &= chosen | (np.arange(first, first + len(new)) % 3 == 0)
    found = _counted(pooled[new], least_pixels / 4)
    of_layer: Column = found[np.cumsum(new) - 1]
    return of_layer


def _pooled(stack: Stack) -> Stack:
    """Two by two pixels as one."""
    rows = np.ascontiguousarray(stack).view(np.uint16)
    halves = (rows | rows >> np.uint16(8)).astype(np.uint8)
    pooled: Stack = halves[:, 0::2] | halves[:, 1::2]
    return pooled


def _counted(stack: Stack, least_pixels: float) -> Column:
    """Pieces of rows that touch such of the next row hang together."""
    starts, ends, layer, columns = _pieces(stack)
    if not len(starts):
        return np.zeros(len(stack))
    low = np.searchsorted(ends, starts + columns)
    high = np.searchsorted(starts, ends + columns, "right")
    touching = np.maximum(high - low, 0)
    pointer = np.concatenate([[0], np.cumsum(touching)]).astype(np.int32)
    below = np.arange(pointer[-1], dtype=np.int32)
    below += np.repeat((low - pointer[:-1]).astype(np.int32), touching)
    graph = csr_array((np.ones(len(below), np.int8), below, pointer), shape=(len(low), len(low)))
    total, island = connected_components(graph, directed=False)
    of_island = np.empty(total, np.int32)
    of_island[island] = layer
    sizes = np.bincount(island, ends - starts + 1, minlength=total)
    return np.bincount(of_island[sizes >= max(1.0, least_pixels)], minlength=len(stack)).astype(
        np.float64
    )


def _pieces(stack: Stack) -> tuple[Ints, Ints, Ints, int]:
    """Rows cut into pieces that are set: the places of their first and last pixels in the flat
    picture, in order, their layers, and how many pixels a row has."""
    _, blocks, rows = stack.shape
    columns = blocks * BITS

    def places(pixels: Stack) -> Ints:
        at = np.flatnonzero(np.unpackbits(pixels.reshape(-1), bitorder="little").view(bool))
        at = at.astype(np.int32)
        byte = at >> 3
        block = byte // rows
        layer = block // blocks
        row = layer * rows + byte - block * rows
        found: Ints = row * columns + (at & 7) * blocks + block - layer * blocks
        found.sort()
        return found

    before = join_moved(np.zeros_like(stack), stack, 0, 1)
    after = join_moved(np.zeros_like(stack), stack, 0, -1)
    starts, ends = places(stack & ~before), places(stack & ~after)
    return starts, ends, starts // np.int32(rows * columns), columns
