"""Meshes that no machine can make are analysed to the end, and go to a person."""

import json
import math

import numpy as np
import pytest

from jobs.pricing import Analysis, profile, profile_ids
from jobs.pricing.analyse import analyse
from tests.unit.jobs import solids

RANDOM = np.random.default_rng(3)
ODD = {
    "one triangle": np.array([[[0, 0, 0], [1, 0, 0], [0, 1, 0]]]),
    "one place": np.zeros((3, 3, 3)),
    "one line": np.array([[[0, 0, 0], [1, 0, 0], [2, 0, 0]]]),
    "a standing sheet": np.array([[[0, 0, 0], [1, 0, 0], [0, 0, 1]]] * 5),
    "a soup": RANDOM.normal(size=(300, 3, 3)) * 20,
    "a tiny soup": RANDOM.normal(size=(50, 3, 3)) * 1e-6,
    "a soup on a grid": RANDOM.integers(0, 5, size=(400, 3, 3)),
    "a needle": np.array([[[0, 0, 0], [900, 1e-4, 0], [900, 0, 1e-4]]] * 4),
    "a box and its inside": np.concatenate([solids.box(), solids.box()[:, ::-1]]),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("code", profile_ids())
def test_an_odd_mesh_is_analysed_to_the_end(code: str, name: str) -> None:
    mesh = solids.mesh(ODD[name].astype(np.float32))
    found = analyse(mesh, profile(code), detail=True)
    assert Analysis.from_dict(json.loads(json.dumps(found.to_dict()))) == found
    assert math.isfinite(found.print_time_s + found.material_mm3 + found.trapped_mm3)
    assert found.review
