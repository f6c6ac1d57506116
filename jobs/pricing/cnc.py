"""Milling: what is known of a part before a person makes the offer."""

from dataclasses import replace

from jobs.meshes import Triangles
from jobs.meshes.measures import Measures
from jobs.pricing.analysis import Analysis
from jobs.pricing.profiles import CncProfile
from jobs.pricing.profiles.milling import ASK_A_PERSON
from jobs.pricing.shape import shape_of


def analyse(triangles: Triangles, measures: Measures, profile: CncProfile) -> Analysis:
    """Size, area and volume for the person, and no time and no material: never a number."""
    return replace(
        shape_of(triangles, measures, profile),
        review=(ASK_A_PERSON,),
    )
