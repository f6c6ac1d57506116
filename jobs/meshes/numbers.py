"""Numbers in a text."""

import warnings

import numpy as np
from numpy.typing import NDArray


def numbers(text: bytes) -> NDArray[np.float64] | None:
    """All numbers of a text that holds nothing but numbers and white space, else None."""
    if not text.strip():
        return np.empty(0)
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        try:
            return np.fromstring(text, dtype=np.float64, sep=" ")
        except (DeprecationWarning, ValueError):
            return None
