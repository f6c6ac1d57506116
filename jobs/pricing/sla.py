"""Resin: every layer takes the same time, whatever is on it."""

from dataclasses import replace

import numpy as np
from scipy.spatial import ConvexHull, QhullError

from jobs.meshes import Triangles
from jobs.meshes.measures import Measures
from jobs.pricing.analysis import Analysis, FeatureUse
from jobs.pricing.crossings import Planes
from jobs.pricing.hanging import hanging_area
from jobs.pricing.profiles import SlaProfile
from jobs.pricing.resin import layer_seconds, support_volume
from jobs.pricing.review import drain_reason, hollow_reason, interval, reasons
from jobs.pricing.shape import shape_of

PLANES = 100
"""At how many heights the exposed area is looked at."""

OUTLINE_POINTS = 100_000


def analyse(
    triangles: Triangles,
    measures: Measures,
    profile: SlaProfile,
    trapped: float,
    *,
    supports: bool,
) -> Analysis:
    """Time as resin printers are told it: `layer_seconds`. Supports lift the part off the plate
    and stand on a pad. `trapped`, mm³: resin in closed hollows, which cannot leave them."""
    raised = (profile.supports.elevation_mm + profile.supports.pad_mm) if supports else 0.0
    height = measures.box[2] + raised
    layers = max(1, round(height / profile.layer_mm))
    slow = round(layers * _slow_share(triangles, measures, profile, height))
    exposure, moving = layer_seconds(layers, slow, profile)
    below = hanging_area(triangles, profile.supports.angle_deg) if supports else 0.0
    support = 0.0
    if supports:
        support = support_volume(_outline_mm(triangles), measures.box[2], below, profile)
    review = reasons(measures, thinnest_mm=profile.limits.wall_mm)
    review += drain_reason(trapped, profile)
    time, material = exposure + moving, measures.volume + support + trapped
    errors = profile.errors
    share = errors.material_with_support if supports else errors.material
    uses = (
        FeatureUse("part", measures.volume, 0.0),
        FeatureUse("support", support, 0.0),
        FeatureUse("trapped", trapped, 0.0),
        FeatureUse("exposure", 0.0, exposure),
        FeatureUse("tilt", 0.0, moving),
    )
    return replace(
        shape_of(triangles, measures, profile),
        layers=layers,
        print_time_s=time,
        print_time_interval_s=interval(time, errors.time, review),
        material_mm3=material,
        material_interval_mm3=interval(material, share, review),
        support_mm3=support,
        support_contact_mm2=below,
        review=(*review, *hollow_reason(measures, profile)),
        features=tuple(use for use in uses if use.volume_mm3 > 0 or use.time_s > 0),
        trapped_mm3=trapped,
    )


def _slow_share(
    triangles: Triangles, measures: Measures, profile: SlaProfile, height: float
) -> float:
    """The share of the layers that expose so much that the vat has to tilt slowly."""
    limit = profile.plate_mm[0] * profile.plate_mm[1] * profile.slow_area_share
    if measures.box[0] * measures.box[1] <= limit:
        return 0.0
    pitch = max(profile.layer_mm, measures.box[2] / PLANES)
    planes = Planes(triangles, pitch, inverted=measures.inverted)
    cut = planes.segments(0, planes.count)
    cross = cut.x0.astype(np.float64) * cut.y1 - cut.x1.astype(np.float64) * cut.y0
    area = np.bincount(cut.layer, cross / 2, planes.count)
    return float(np.mean(area > limit)) * measures.box[2] / height


def _outline_mm(triangles: Triangles) -> tuple[float, float]:
    plan = triangles.reshape(-1, 3)[:, :2]
    try:
        hull = ConvexHull(plan[:: -(-len(plan) // OUTLINE_POINTS)])
    except (QhullError, ValueError):
        return 0.0, 0.0
    return float(hull.volume), float(hull.area)
