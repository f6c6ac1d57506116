"""What a mesh says of a part before anything is known of making it."""

from jobs.meshes import Triangles
from jobs.meshes.measures import Measures
from jobs.pricing.analysis import Analysis
from jobs.pricing.profiles import Profile


def shape_of(triangles: Triangles, measures: Measures, profile: Profile) -> Analysis:
    """The analysis with the part's size and surface, and no layer, time or material: each way of
    making replaces these."""
    return Analysis(
        profile=profile.code,
        technology=profile.technology,
        volume_mm3=measures.volume,
        area_mm2=measures.area,
        box_mm=measures.box,
        bodies=measures.bodies,
        closed=measures.closed,
        triangles=len(triangles),
        layers=0,
        print_time_s=0.0,
        print_time_interval_s=(0.0, 0.0),
        material_mm3=0.0,
        material_interval_mm3=(0.0, 0.0),
        support_mm3=0.0,
        support_contact_mm2=0.0,
        smallest_mm=2 * measures.volume / measures.area if measures.area else 0.0,
    )
