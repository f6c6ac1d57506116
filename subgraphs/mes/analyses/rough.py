"""A first estimate of a part that has not been analysed, from what its check found."""

import math

from jobs.pricing.analysis import Analysis, Box
from jobs.pricing.profiles import profile
from jobs.pricing.rough import rough_analysis
from shared.messaging.events import ModelFacts
from subgraphs.mes.analyses.request import MM_PER_UNIT, AnalysisRequest


def rough(request: AnalysisRequest, facts: ModelFacts) -> Analysis:
    """Microseconds. The facts are in mm under the guessed unit; the request may say another."""
    factor = request.mm_per_unit / MM_PER_UNIT[facts.units]
    x, y, z = turned_box(facts.box_mm, request.rotation)
    return rough_analysis(
        profile(request.profile),
        (x * factor, y * factor, z * factor),
        facts.volume_mm3 * factor**3,
        facts.area_mm2 * factor**2,
    )


def has_exact_box(request: AnalysisRequest) -> bool:
    """Whether the rough box is the part's own: it lies on one of its sides."""
    return all(angle % 90 == 0 for angle in request.rotation)


def turned_box(box: Box, rotation: tuple[float, float, float]) -> Box:
    """The box around a box that was turned by degrees about x, then y, then z: exact for
    quarter turns, else at least as large as the box around the part."""
    x, y, z = box
    about_x, about_y, about_z = (math.radians(angle) for angle in rotation)
    cos, sin = abs(math.cos(about_x)), abs(math.sin(about_x))
    y, z = cos * y + sin * z, sin * y + cos * z
    cos, sin = abs(math.cos(about_y)), abs(math.sin(about_y))
    x, z = cos * x + sin * z, sin * x + cos * z
    cos, sin = abs(math.cos(about_z)), abs(math.sin(about_z))
    x, y = cos * x + sin * y, sin * x + cos * y
    return x, y, z
