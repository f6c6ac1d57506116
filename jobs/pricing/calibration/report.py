"""What a calibration finds: coefficients, errors of families that were left out, and intervals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jobs.pricing.calibration.case import Case
from jobs.pricing.calibration.fit import errors, fit
from jobs.pricing.calibration.width import width
from jobs.pricing.profiles import FdmProfile

QUANTITIES = ("time", "material")


@dataclass(frozen=True)
class Row:
    """Errors of a family's parts, or of all ("all families"), in one quantity; its own family was
    left out of the fit that each part is judged by. `median`, `p90` and `bias` are relative."""

    family: str
    supports: bool
    quantity: str
    parts: int
    median: float
    p90: float
    bias: float


@dataclass(frozen=True)
class Report:
    """`profile` has the coefficients fitted to all cases, and in `errors` the widths of intervals
    that hold for nine of ten unseen parts."""

    profile: FdmProfile
    rows: tuple[Row, ...]


def calibrated(
    profile: FdmProfile,
    cases: Sequence[Case],
    *,
    rounds: int = 8,
    told: Callable[[str], None] = lambda _: None,
) -> Report:
    """Fits to all cases, and once for each family without it. `rounds` bounds each fit;
    `told` hears what is being done.

    Raises ValueError for cases of fewer than two families: nothing could be left out.
    """
    families = sorted({case.family for case in cases})
    if len(families) < 2:
        raise ValueError("a calibration needs parts of two families at least")
    told("all families")
    whole = fit(profile, cases, rounds=rounds)
    left_out = np.zeros((len(cases), 2))
    for family in families:
        told(f"without {family}")
        judged = [at for at, case in enumerate(cases) if case.family == family]
        other = fit(profile, [c for c in cases if c.family != family], rounds=rounds)
        left_out[judged] = errors(other, [cases[at] for at in judged])
    return Report(
        profile=replace(whole, errors=replace(whole.errors, **_widths(cases, left_out))),
        rows=tuple(_rows(cases, left_out)),
    )


def _widths(cases: Sequence[Case], logs: NDArray[np.float64]) -> dict[str, float]:
    found = {}
    for supports, ending in ((False, ""), (True, "_with_support")):
        chosen = [at for at, case in enumerate(cases) if case.supports == supports]
        for column, quantity in enumerate(QUANTITIES):
            if chosen:
                scores = np.abs(np.expm1(-logs[chosen, column]))
                found[quantity + ending] = width(scores, [cases[at].family for at in chosen])
    return found


def _rows(cases: Sequence[Case], logs: NDArray[np.float64]) -> list[Row]:
    rows = []
    for supports in (False, True):
        families = sorted({case.family for case in cases if case.supports == supports})
        for family in [*families, "all families"]:
            chosen = [
                at
                for at, case in enumerate(cases)
                if case.supports == supports and family in (case.family, "all families")
            ]
            for column, quantity in enumerate(QUANTITIES):
                if chosen:
                    off = np.expm1(logs[chosen, column])
                    size = np.abs(off)
                    rows.append(
                        Row(
                            family,
                            supports,
                            quantity,
                            len(chosen),
                            float(np.median(size)),
                            float(np.quantile(size, 0.9)),
                            float(np.median(off)),
                        )
                    )
    return rows
