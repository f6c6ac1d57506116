"""Resin: every layer takes the same time, whatever is on it."""

import numpy as np

from jobs.meshes import Triangles
from jobs.meshes.measures import Measures
from jobs.pricing.analysis import Analysis, FeatureUse
from jobs.pricing.crossings import Planes
from jobs.pricing.overhang import overhang_area
from jobs.pricing.profiles import SlaProfile
from jobs.pricing.review import interval, reasons


def analyse(
    triangles: Triangles, measures: Measures, profile: SlaProfile, *, supports: bool
) -> Analysis:
    """Time: exposure and tilt of each layer, tilting slowly where the layer covers much of the
    plate, and longer exposures that fade out over the first layers. Supports lift the part off
    the plate; their volume is a share of the overhang's height above it, plus a pad."""
    width, depth, height = measures.box
    planes = Planes(triangles, profile.layer_mm, inverted=measures.inverted)
    lift = profile.elevation_mm if supports else 0.0
    layers = planes.count + int(lift / profile.layer_mm)
    fading = np.linspace(profile.first_exposure_s, profile.exposure_s, profile.fading_layers)
    full = width * depth / (profile.plate_mm[0] * profile.plate_mm[1]) > profile.slow_area_share
    filled = measures.volume / max(width * depth * height, 1e-9)
    slow = full and filled > profile.slow_area_share
    tilt = profile.slow_tilt_s if slow else profile.fast_tilt_s
    exposure = layers * profile.exposure_s + float((fading - profile.exposure_s).sum())
    moving = layers * tilt
    contact = overhang_area(triangles, profile.support_angle_deg) if supports else 0.0
    pad = (width + 4) * (depth + 4) * profile.pad_mm if supports else 0.0
    support = contact * (lift + height / 3) * profile.support_share
    review = reasons(measures, thinnest_mm=0.3)
    if measures.volume > profile.hollow_above_mm3:
        review.append("It is so bulky that it should be hollowed before it is printed in resin.")
    time = profile.start_s + exposure + moving
    material = measures.volume + support + pad
    return Analysis(
        profile=profile.code,
        technology="sla",
        volume_mm3=measures.volume,
        area_mm2=measures.area,
        box_mm=measures.box,
        bodies=measures.bodies,
        closed=measures.closed,
        triangles=len(triangles),
        layers=layers,
        print_time_s=time,
        print_time_interval_s=interval(time, profile.errors.time, review),
        material_mm3=material,
        material_interval_mm3=interval(material, profile.errors.material_with_support, review),
        support_mm3=support + pad,
        support_contact_mm2=contact,
        smallest_mm=2 * measures.volume / measures.area if measures.area else 0.0,
        review=tuple(review),
        features=(
            FeatureUse("part", measures.volume, 0.0),
            FeatureUse("support", support + pad, 0.0),
            FeatureUse("exposure", 0.0, exposure),
            FeatureUse("tilt", 0.0, moving),
            FeatureUse("start", 0.0, profile.start_s),
        ),
    )
