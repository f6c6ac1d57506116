"""Lost-wax casting: a wax is printed, larger by the metal's shrinkage, and cast with a sprue."""

from dataclasses import replace

from jobs.meshes import Triangles
from jobs.meshes.measures import Measures
from jobs.pricing.analysis import Analysis, FeatureUse
from jobs.pricing.hanging import hanging_area
from jobs.pricing.metal import metal, wax_volume
from jobs.pricing.profiles import CastingProfile
from jobs.pricing.review import interval, reasons, shell_reason
from jobs.pricing.shape import shape_of


def analyse(
    triangles: Triangles, measures: Measures, profile: CastingProfile, trapped: float
) -> Analysis:
    """`material_mm3` is the metal that is used up, and time that of printing the wax. The feature
    "wax" has the volume of the wax, which is not metal and not part of `material_mm3`.
    `trapped`, mm³: closed hollows, which no mould can be taken out of."""
    sprue, burnt = metal(measures.volume, profile)
    layers = max(1, round(measures.box[2] * (1 + profile.shrinkage) / profile.layer_mm))
    printing = layers * profile.seconds_per_layer
    time, material = profile.start_s + printing, measures.volume + sprue + burnt
    review = reasons(measures, thinnest_mm=profile.limits.wall_mm) + shell_reason(trapped)
    return replace(
        shape_of(triangles, measures, profile),
        layers=layers,
        print_time_s=time,
        print_time_interval_s=interval(time, profile.errors.time, review),
        material_mm3=material,
        material_interval_mm3=interval(material, profile.errors.material, review),
        support_mm3=sprue,
        support_contact_mm2=hanging_area(triangles, profile.support_angle_deg),
        review=tuple(review),
        features=(
            FeatureUse("part", measures.volume, 0.0),
            FeatureUse("sprue", sprue, 0.0),
            FeatureUse("loss", burnt, 0.0),
            FeatureUse("wax", wax_volume(measures.volume, profile), printing),
            FeatureUse("start", 0.0, profile.start_s),
        ),
        trapped_mm3=trapped,
    )
