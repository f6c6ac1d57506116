"""Milling: what is known of a part before a person makes the offer."""

from jobs.meshes import Triangles
from jobs.meshes.measures import Measures
from jobs.pricing.analysis import Analysis
from jobs.pricing.profiles import CncProfile
from jobs.pricing.profiles.milling import ASK_A_PERSON


def analyse(triangles: Triangles, measures: Measures, profile: CncProfile) -> Analysis:
    """Size, area and volume for the person, and no time and no material: never a number."""
    return Analysis(
        profile=profile.code,
        technology="cnc",
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
        review=(ASK_A_PERSON,),
    )
