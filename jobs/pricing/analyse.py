"""From a mesh to an Analysis: one function, a way of computing for each technology."""

from dataclasses import dataclass, replace
from functools import cached_property

from jobs.meshes import Mesh, Triangles
from jobs.meshes.measures import Measures, measure
from jobs.pricing import casting, cnc, fdm_analysis, sla, sls
from jobs.pricing.analysis import Analysis, Orientation
from jobs.pricing.orientations import propose, ways
from jobs.pricing.placement import Rotation, on_plate
from jobs.pricing.profiles import CastingProfile, CncProfile, FdmProfile, Profile, SlaProfile
from jobs.pricing.review import wall_reason
from jobs.pricing.rough import rough_analysis
from jobs.pricing.trapped import trapped_volume
from jobs.pricing.walls import Walls, measure_walls

LARGEST_MM = 1000.0
DETAILED_UP_TO = 2_000_000
"""Triangles up to which other ways to lay a part are compared: each is a copy of all of them."""

SUPPORT_ANGLE_DEG = 45.0
"""From where on faces hang, where a profile does not say."""


@dataclass(frozen=True, eq=False)
class PlacedPart:
    """A part in mm as it lies on the plate, measured once for all profiles."""

    triangles: Triangles
    measures: Measures
    rotation: Rotation = (0.0, 0.0, 0.0)

    @cached_property
    def walls(self) -> Walls | None:
        """The thinnest that was sampled; measured when it is first asked for."""
        return measure_walls(self.triangles, inverted=self.measures.inverted)

    @cached_property
    def trapped_mm3(self) -> float:
        """Hollow space with no way out; looked for when it is first asked for."""
        return trapped_volume(self.triangles, self.measures)


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
    return PlacedPart(triangles, measure(triangles), rotation)


def analyse(
    mesh: Mesh,
    profile: Profile,
    scale_to_mm: float = 1.0,
    rotation: Rotation = (0.0, 0.0, 0.0),
    *,
    supports: bool = True,
    detail: bool = False,
) -> Analysis:
    """Everything that a price needs to know about a part on one machine profile.

    `rotation` turns about x, then y, then z, in degrees. With `detail` also the smallest wall and
    other ways to lay the part, for two to four times the computing. Seconds for millions of
    triangles: call it in the sandbox, never in a request.
    """
    part = placed(mesh, scale_to_mm, rotation)
    return analyse_placed(part, profile, supports=supports, detail=detail)


def analyse_placed(
    part: PlacedPart,
    profile: Profile,
    *,
    supports: bool = True,
    detail: bool = False,
    orientations: bool = True,
) -> Analysis:
    """As `analyse`, for a part that is already placed; `orientations` leaves the other ways to lay
    it, which cost most, out of the detail. A part of more than LARGEST_MM fits no machine: it gets
    a rough analysis, which is enough to say so, whatever its size."""
    if max(part.measures.box) > LARGEST_MM:
        return _oversize(part, profile)
    found = _analysed(part, part, profile, supports=supports)
    if not detail or isinstance(profile, CncProfile):
        return found
    walls = part.walls
    return replace(
        found,
        smallest_wall_mm=walls.smallest_mm if walls else None,
        smallest_wall_at_mm=walls.at_mm if walls else None,
        trapped_mm3=part.trapped_mm3,
        orientations=(
            _orientations(part, profile, found, supports=supports) if orientations else ()
        ),
        review=(*found.review, *wall_reason(walls, profile.limits)),
    )


def _analysed(
    part: PlacedPart, original: PlacedPart, profile: Profile, *, supports: bool
) -> Analysis:
    """`original` is the part before it was turned: what it traps is the same."""
    triangles, measures = part.triangles, part.measures
    if isinstance(profile, FdmProfile):
        return fdm_analysis.analyse(triangles, measures, profile, supports=supports)
    if isinstance(profile, CncProfile):
        return cnc.analyse(triangles, measures, profile)
    trapped = original.trapped_mm3
    if isinstance(profile, SlaProfile):
        return sla.analyse(triangles, measures, profile, trapped, supports=supports)
    if isinstance(profile, CastingProfile):
        return casting.analyse(triangles, measures, profile, trapped)
    return sls.analyse(triangles, measures, profile, trapped)


def _orientations(
    part: PlacedPart, profile: Profile, as_given: Analysis, *, supports: bool
) -> tuple[Orientation, ...]:
    """Ways to lay the part that fit the largest machine, the part as it lies first."""
    if len(part.triangles) > DETAILED_UP_TO:
        return ()

    def estimate(rotation: Rotation) -> Analysis:
        turned = on_plate(part.triangles, 1.0, rotation)
        x, y, z = (float(side) for side in turned.reshape(-1, 3).max(axis=0))
        measures = replace(part.measures, low=(0.0, 0.0, 0.0), high=(x, y, z))
        return _analysed(PlacedPart(turned, measures), part, profile, supports=supports)

    found = ways(part.triangles, profile.limits.box_mm, _support_angle(profile))
    return propose(found, as_given, part.rotation, estimate)


def _support_angle(profile: Profile) -> float:
    if isinstance(profile, SlaProfile):
        return profile.supports.angle_deg
    if isinstance(profile, FdmProfile | CastingProfile):
        return profile.support_angle_deg
    return SUPPORT_ANGLE_DEG


def _oversize(part: PlacedPart, profile: Profile) -> Analysis:
    found = part.measures
    return replace(
        rough_analysis(profile, found.box, found.volume, found.area),
        bodies=found.bodies,
        closed=found.closed,
        triangles=len(part.triangles),
        review=(f"It is larger than {LARGEST_MM:,.0f} mm. Check its unit and scale.",),
    )
