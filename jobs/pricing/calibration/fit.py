"""The robust fit of a profile's coefficients."""

from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from jobs.pricing.calibration.case import Case
from jobs.pricing.fdm import features
from jobs.pricing.profiles import FdmProfile

Values = NDArray[np.float64]

BOUNDS = {
    "perimeter_volume": (0.97, 1.03),
    "solid_volume": (0.95, 1.05),
    "sparse_volume": (0.93, 1.07),
    "anchor_mm": (0.0, 5.0),
    "bridge_volume": (0.85, 1.05),
    "support_volume": (0.8, 1.4),
    "support_anchor_mm": (0.0, 6.0),
    "curved_speed": (30.0, 50.0),
    "corner_time": (0.0, 0.3),
    "chord_share": (0.3, 1.2),
    "support_chord_share": (0.3, 4.0),
    "starts_per_sparse": (0.0, 2.0),
    "starts_per_sparse_m": (0.0, 40.0),
    "starts_per_solid": (0.8, 1.5),
    "starts_per_solid_m": (0.0, 40.0),
    "starts_per_support": (0.0, 4.0),
    "starts_per_support_m": (0.0, 40.0),
    "start_line_s": (0.25, 0.6),
    "travel_reach": (0.01, 0.3),
}
"""Between which values each coefficient is believed: a fit to few parts has to stay physical."""
MATERIAL_WEIGHT = 2.0
"""How much more an error of material counts than one of time."""
PULL = 0.06
"""How strongly coefficients are held where they were: what the parts do not tell stays."""
ROBUST = 0.04
"""Above this relative error a part pulls no more strongly than one that is off by it."""


def errors(profile: FdmProfile, cases: Sequence[Case]) -> Values:
    """Logarithms of estimate over truth: (cases, 2) for time and material."""
    rows = np.zeros((len(cases), 2))
    for row, case in zip(rows, cases, strict=True):
        uses = features(case.table, profile)
        row[0] = np.log(sum(use.time_s for use in uses) / case.time_s)
        row[1] = np.log(sum(use.volume_mm3 for use in uses) / case.material_mm3)
    return rows


def fit(profile: FdmProfile, cases: Sequence[Case], *, rounds: int = 8) -> FdmProfile:
    """The profile with coefficients that suit the cases, starting from and held at its own."""
    low, high = (np.array(side) for side in zip(*BOUNDS.values(), strict=True))
    before = asdict(profile.calibration)
    start = np.clip([before[name] for name in BOUNDS], low, high)
    scale = np.maximum(start, 0.3)

    def residuals(values: Values) -> Values:
        both = errors(_with(profile, values), cases) * [1.0, MATERIAL_WEIGHT]
        return np.concatenate([both.reshape(-1), PULL * (values - start) / scale])

    inside = np.clip(start, low + 1e-6, high - 1e-6)
    found = least_squares(
        residuals,
        inside,
        bounds=(low, high),
        loss="soft_l1",
        f_scale=ROBUST,
        x_scale=scale,
        max_nfev=rounds,
    )
    return _with(profile, found.x)


def _with(profile: FdmProfile, values: Values) -> FdmProfile:
    chosen = {name: float(value) for name, value in zip(BOUNDS, values, strict=True)}
    return replace(profile, calibration=replace(profile.calibration, **chosen))
