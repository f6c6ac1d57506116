"""Lost-wax casting: a wax is printed, larger by the metal's shrinkage, and cast with a sprue."""

from jobs.meshes import Triangles
from jobs.meshes.measures import Measures
from jobs.pricing.analysis import Analysis, FeatureUse
from jobs.pricing.overhang import overhang_area
from jobs.pricing.profiles import CastingProfile
from jobs.pricing.review import interval, reasons


def analyse(triangles: Triangles, measures: Measures, profile: CastingProfile) -> Analysis:
    """`material_mm3` is metal: the part and the sprue that feeds it, which is cut off and only
    partly used again."""
    larger = (1 + profile.shrinkage) ** 3
    sprue = measures.volume * larger * profile.sprue_share
    layers = round(measures.box[2] * (1 + profile.shrinkage) / profile.layer_mm)
    time = profile.start_s + layers * profile.seconds_per_layer
    material = measures.volume + sprue
    review = reasons(measures, thinnest_mm=0.6)
    return Analysis(
        profile=profile.code,
        technology="casting",
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
        material_interval_mm3=interval(material, profile.errors.material, review),
        support_mm3=sprue,
        support_contact_mm2=overhang_area(triangles, profile.support_angle_deg),
        smallest_mm=2 * measures.volume / measures.area if measures.area else 0.0,
        review=tuple(review),
        features=(
            FeatureUse("part", measures.volume, time - profile.start_s),
            FeatureUse("sprue", sprue, 0.0),
            FeatureUse("start", 0.0, profile.start_s),
        ),
    )
