"""Powder: a part pays for the share of a chamber that its box takes."""

from jobs.meshes import Triangles
from jobs.meshes.measures import Measures
from jobs.pricing.analysis import Analysis, FeatureUse
from jobs.pricing.profiles import SlsProfile
from jobs.pricing.review import interval, reasons

BULK_DENSITY = 0.45
"""Loose powder weighs this share of solid nylon."""


def analyse(triangles: Triangles, measures: Measures, profile: SlsProfile) -> Analysis:
    """Chambers are packed to `packing` of their volume with boxes, so a part's share of the
    chamber's layers is its box with a gap around it over the floor and that share. Around it,
    powder ages: `refresh` of it is replaced."""
    x, y, z = (side + profile.gap_mm for side in measures.box)
    floor = profile.chamber_mm[0] * profile.chamber_mm[1]
    layers = x * y * z / (floor * profile.packing) / profile.layer_mm
    aged = max(0.0, x * y * z - measures.volume) * BULK_DENSITY * profile.refresh
    review = reasons(measures, thinnest_mm=0.6)
    time = layers * profile.seconds_per_layer
    material = measures.volume + aged
    return Analysis(
        profile=profile.code,
        technology="sls",
        volume_mm3=measures.volume,
        area_mm2=measures.area,
        box_mm=measures.box,
        bodies=measures.bodies,
        closed=measures.closed,
        triangles=len(triangles),
        layers=round(measures.box[2] / profile.layer_mm),
        print_time_s=time,
        print_time_interval_s=interval(time, profile.errors.time, review),
        material_mm3=material,
        material_interval_mm3=interval(material, profile.errors.material, review),
        support_mm3=0.0,
        support_contact_mm2=0.0,
        smallest_mm=2 * measures.volume / measures.area if measures.area else 0.0,
        review=tuple(review),
        features=(
            FeatureUse("part", measures.volume, time),
            FeatureUse("aged_powder", aged, 0.0),
        ),
    )
