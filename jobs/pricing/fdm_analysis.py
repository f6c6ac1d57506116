"""The analysis of a part that is printed in filament."""

from dataclasses import replace

import numpy as np

from jobs.meshes import Triangles
from jobs.meshes.measures import Measures
from jobs.pricing.analysis import Analysis
from jobs.pricing.fdm import features
from jobs.pricing.layers import LayerTable, layers_of
from jobs.pricing.profiles import FdmProfile
from jobs.pricing.review import interval, reasons
from jobs.pricing.shape import shape_of

OUTLINE_MISMATCH = 0.15
THIN_SHARE = 0.1
"""With more of it than this in layers whose walls are thinner than a line, a part is doubtful."""


def analyse(
    triangles: Triangles, measures: Measures, profile: FdmProfile, *, supports: bool
) -> Analysis:
    table = layers_of(triangles, measures, profile, supports=supports)
    uses = features(table, profile)
    review = doubts(measures, table, profile)
    supported = any(use.code == "support" for use in uses)
    time = sum(use.time_s for use in uses)
    material = sum(use.volume_mm3 for use in uses)
    errors = profile.errors
    wider = errors.several_bodies if measures.bodies > 1 else 1.0
    return replace(
        shape_of(triangles, measures, profile),
        layers=table.count,
        print_time_s=time,
        print_time_interval_s=interval(
            time, wider * (errors.time_with_support if supported else errors.time), review
        ),
        material_mm3=material,
        material_interval_mm3=interval(
            material,
            wider * (errors.material_with_support if supported else errors.material),
            review,
        ),
        support_mm3=sum(use.volume_mm3 for use in uses if use.code == "support"),
        support_contact_mm2=float(table.contact.sum()),
        review=tuple(review),
        features=uses,
    )


def doubts(measures: Measures, table: LayerTable, profile: FdmProfile) -> list[str]:
    """Why a person should look at the part before its estimate is believed."""
    line = profile.line_width_mm
    found = reasons(measures, thinnest_mm=line)
    return found + ([] if found else _thin_layers(table, line)) + _contradictions(table)


def _thin_layers(table: LayerTable, line_mm: float) -> list[str]:
    """Walls are on average 2 · area / outline thick."""
    area = np.abs(table.area)
    thin = 2 * area < line_mm * table.perimeter
    if area[thin].sum() <= THIN_SHARE * area.sum():
        return []
    return [f"Many of its walls are thinner than {line_mm:g} mm, which is less than one line."]


def _contradictions(table: LayerTable) -> list[str]:
    """Compare the exact outlines with the filled pixels."""
    exact, filled = float(np.abs(table.area).sum()), float(table.filled.sum())
    if exact <= 0 or filled <= 0:
        return ["No layer of it could be filled."]
    if filled < exact * (1 - OUTLINE_MISMATCH):
        return ["Bodies overlap or walls are thinner than a line, so part of it is not counted."]
    if filled > exact * (1 + OUTLINE_MISMATCH):
        return ["Its outlines contradict each other, so what is inside is not certain."]
    return []
