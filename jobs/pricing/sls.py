"""Powder: a part pays for the share of a chamber that its box takes."""

from dataclasses import replace

from jobs.meshes import Triangles
from jobs.meshes.measures import Measures
from jobs.pricing.analysis import Analysis, FeatureUse
from jobs.pricing.powder import aged_powder, chamber_share
from jobs.pricing.profiles import SlsProfile
from jobs.pricing.review import interval, powder_reason, reasons
from jobs.pricing.shape import shape_of


def analyse(
    triangles: Triangles, measures: Measures, profile: SlsProfile, trapped: float
) -> Analysis:
    """Time is the part's share of a chamber's layers and of its warming; material is the new
    powder that the part and the ageing of the powder around it ask for. `trapped`, mm³: closed
    hollows, which stay full of it."""
    share = chamber_share(measures.box, measures.volume, profile)
    layers = profile.chamber_mm[2] / profile.layer_mm
    building = share * layers * profile.seconds_per_layer
    warming = share * profile.warming_s
    aged = aged_powder(measures.volume, share, profile)
    lost = trapped * profile.bulk_density
    review = reasons(measures, thinnest_mm=profile.limits.wall_mm)
    review += powder_reason(trapped, profile)
    time, material = building + warming, measures.volume + aged + lost
    uses = (
        FeatureUse("part", measures.volume, building),
        FeatureUse("aged_powder", aged, 0.0),
        FeatureUse("trapped", lost, 0.0),
        FeatureUse("warming", 0.0, warming),
    )
    return replace(
        shape_of(triangles, measures, profile),
        layers=max(1, round(measures.box[2] / profile.layer_mm)),
        print_time_s=time,
        print_time_interval_s=interval(time, profile.errors.time, review),
        material_mm3=material,
        material_interval_mm3=interval(material, profile.errors.material, review),
        review=tuple(review),
        features=tuple(use for use in uses if use.volume_mm3 > 0 or use.time_s > 0),
        trapped_mm3=trapped,
    )
