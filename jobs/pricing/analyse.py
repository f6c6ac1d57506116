"""From a mesh to an Analysis: one function, a way of computing for each technology."""

from dataclasses import dataclass, replace

from jobs.meshes import Mesh, Triangles
from jobs.meshes.measures import Measures, measure
from jobs.pricing import casting, fdm_analysis, sla, sls
from jobs.pricing.analysis import Analysis
from jobs.pricing.placement import Rotation, on_plate
from jobs.pricing.profiles import CastingProfile, FdmProfile, Profile, SlaProfile
from jobs.pricing.rough import rough_analysis

LARGEST_MM = 1000.0


@dataclass(frozen=True, eq=False)
class PlacedPart:
    """A part in mm as it lies on the plate, measured once for all profiles."""

    triangles: Triangles
    measures: Measures


def placed(
    mesh: Mesh,
    scale_to_mm: float = 1.0,
    rotation: Rotation = (0.0, 0.0, 0.0),
    *,
    in_place: bool = False,
) -> PlacedPart:
    """`scale_to_mm` is unit times scale: an inch file at half size has 12.7. With `in_place` the
    mesh itself is moved, which saves a third of the memory where nobody needs it any more."""
    triangles = on_plate(mesh.triangles, scale_to_mm, rotation, in_place=in_place)
    return PlacedPart(triangles, measure(triangles))


def analyse(
    mesh: Mesh,
    profile: Profile,
    scale_to_mm: float = 1.0,
    rotation: Rotation = (0.0, 0.0, 0.0),
    *,
    supports: bool = True,
) -> Analysis:
    """Everything that a price needs to know about a part on one machine profile.

    `rotation` turns about x, then y, then z, in degrees. Seconds of computing for millions of
    triangles: call it in the sandbox, never in a request.
    """
    return analyse_placed(placed(mesh, scale_to_mm, rotation), profile, supports=supports)


def analyse_placed(part: PlacedPart, profile: Profile, *, supports: bool = True) -> Analysis:
    """As `analyse`, for a part that is already placed. A part of more than LARGEST_MM fits no
    machine: it gets a rough analysis, which is enough to say so, whatever its size."""
    if max(part.measures.box) > LARGEST_MM:
        return _oversize(part, profile)
    if isinstance(profile, FdmProfile):
        return fdm_analysis.analyse(part.triangles, part.measures, profile, supports=supports)
    if isinstance(profile, SlaProfile):
        return sla.analyse(part.triangles, part.measures, profile, supports=supports)
    if isinstance(profile, CastingProfile):
        return casting.analyse(part.triangles, part.measures, profile)
    return sls.analyse(part.triangles, part.measures, profile)


def _oversize(part: PlacedPart, profile: Profile) -> Analysis:
    found = part.measures
    return replace(
        rough_analysis(profile, found.box, found.volume, found.area),
        bodies=found.bodies,
        closed=found.closed,
        triangles=len(part.triangles),
        review=(f"It is larger than {LARGEST_MM:,.0f} mm. Check its unit and scale.",),
    )
