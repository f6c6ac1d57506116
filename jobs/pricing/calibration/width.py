"""How wide an interval must be to hold for parts that nobody has seen."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

HELD = 0.9


def width(scores: NDArray[np.float64], families: Sequence[str]) -> float:
    """The relative half-width that holds for nine of ten unseen parts.

    `scores` are |truth / estimate − 1| of parts whose family was left out of the fit. Two answers,
    of which the wider counts: the conformal quantile over parts, which is right when the next part
    is like one of these (the ⌈0.9 (n + 1)⌉-th smallest score), and the same where every family
    weighs the same, as families are fewer than parts and the next part comes from a new one.
    Raises ValueError without scores.
    """
    if not len(scores):
        raise ValueError("there is no part to learn a width from")
    order = np.argsort(scores)
    ranked = scores[order]
    rank = min(len(ranked), int(np.ceil(HELD * (len(ranked) + 1)))) - 1
    sizes = {name: families.count(name) for name in set(families)}
    weights = np.array([1 / sizes[families[index]] for index in order])
    reached = np.cumsum(weights) / (weights.sum() + weights.mean())
    by_family = min(int(np.searchsorted(reached, HELD)), len(ranked) - 1)
    return float(max(ranked[rank], ranked[by_family]))
