"""Fit the coefficients of a filament profile to reference parts.

    python -m tests.benchmarks.pricing.calibrate FOLDER

Prints the `[calibration]` table for the profile's file, and the errors when each family of parts is
left out of the fit that it is judged by. Parts that are not closed are left out.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from jobs.meshes import read
from jobs.pricing import profile
from jobs.pricing.analyse import placed
from jobs.pricing.crossings import Planes
from jobs.pricing.fdm import features
from jobs.pricing.layers import LayerTable, tabulate
from jobs.pricing.profiles import FdmProfile
from tests.benchmarks.pricing.reference import references

# start, lowest and highest value of each coefficient: bounds keep a fit to few parts physical
COEFFICIENTS = {
    "sparse_volume": (1.0, 0.95, 1.1),
    "anchor_mm": (1.5, 0.0, 6.0),
    "bridge_volume": (0.95, 0.85, 1.05),
    "support_volume": (1.0, 0.8, 1.6),
    "support_anchor_mm": (1.5, 0.0, 8.0),
    "perimeter_volume": (1.0, 0.98, 1.05),
    "solid_volume": (1.0, 0.95, 1.08),
    "perimeter_time": (1.1, 0.9, 1.6),
    "solid_time": (1.1, 0.8, 2.0),
    "sparse_time": (1.2, 0.8, 2.5),
    "bridge_time": (1.1, 0.8, 2.0),
    "support_time": (1.1, 0.8, 2.0),
    "travel_per_loop_s": (0.3, 0.0, 2.0),
    "travel_per_piece_s": (0.1, 0.0, 2.0),
    "travel_per_layer_s": (0.5, 0.0, 5.0),
    "travel_per_support_s": (0.3, 0.0, 3.0),
}
STARTS, LOWEST, HIGHEST = (np.array(values) for values in zip(*COEFFICIENTS.values(), strict=True))
MATERIAL_WEIGHT = 2.5
PULL_TO_START = 0.03


@dataclass(frozen=True)
class Case:
    """A part as it was cut, with or without supports, and what the slicer says of it."""

    family: str
    supports: bool
    table: LayerTable
    time_s: float
    material_mm3: float


def cases(folder: Path, fdm: FdmProfile) -> list[Case]:
    found = []
    for reference in references(folder):
        part = placed(read(reference.file))
        if not part.measures.closed:
            continue
        planes = Planes(part.triangles, fdm.layer_mm, inverted=part.measures.inverted)
        truths = [(False, reference.time_s, reference.material_mm3)]
        if reference.time_with_support_s and reference.material_with_support_mm3:
            truths.append(
                (True, reference.time_with_support_s, reference.material_with_support_mm3)
            )
        found += [
            Case(reference.family, supports, tabulate(planes, fdm, supports=supports), *truth)
            for supports, *truth in truths
        ]
    return found


def with_coefficients(fdm: FdmProfile, values: NDArray[np.float64]) -> FdmProfile:
    chosen = {name: float(value) for name, value in zip(COEFFICIENTS, values, strict=True)}
    return replace(fdm, calibration=replace(fdm.calibration, **chosen))


def errors(fdm: FdmProfile, found: Sequence[Case]) -> NDArray[np.float64]:
    """Logarithms of estimate over truth: (cases, 2) for time and material."""
    rows = []
    for case in found:
        uses = features(case.table, fdm)
        time, material = sum(u.time_s for u in uses), sum(u.volume_mm3 for u in uses)
        rows.append((np.log(time / case.time_s), np.log(material / case.material_mm3)))
    return np.array(rows)


def fit(fdm: FdmProfile, found: Sequence[Case]) -> NDArray[np.float64]:
    def residuals(values: NDArray[np.float64]) -> NDArray[np.float64]:
        both = errors(with_coefficients(fdm, values), found) * [1, MATERIAL_WEIGHT]
        pull = PULL_TO_START * (values - STARTS) / np.maximum(STARTS, 0.3)
        return np.concatenate([both.reshape(-1), pull])

    bounds = (LOWEST, HIGHEST)
    found_values: NDArray[np.float64] = least_squares(
        residuals, STARTS, bounds=bounds, loss="soft_l1", f_scale=0.05
    ).x
    return found_values


def main(folder: Path) -> None:
    fdm = profile("fdm-020")
    assert isinstance(fdm, FdmProfile)
    found = cases(folder, fdm)
    print("[calibration]")
    for name, value in zip(COEFFICIENTS, fit(fdm, found), strict=True):
        print(f"{name} = {value:.3f}")
    left_out: dict[bool, list[NDArray[np.float64]]] = {False: [], True: []}
    for family in sorted({case.family for case in found}):
        fitted = with_coefficients(fdm, fit(fdm, [c for c in found if c.family != family]))
        for supports, rows in left_out.items():
            judged = [c for c in found if c.family == family and c.supports == supports]
            rows.append(errors(fitted, judged).reshape(-1, 2))
    print("\nerrors with the part's own family left out of the fit")
    for supports, rows in left_out.items():
        size = np.abs(np.exp(np.concatenate(rows)) - 1)
        for name, column in zip(("time", "material"), size.T, strict=True):
            print(
                f"{name + (', supports' if supports else ''):20} "
                f"median {np.median(column):.1%}  p90 {np.quantile(column, 0.9):.1%}"
            )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
