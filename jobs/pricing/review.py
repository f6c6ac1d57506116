"""When a person should look at an estimate before it is believed, and how far it may be off."""

from jobs.meshes.measures import Measures
from jobs.pricing.analysis import Interval
from jobs.pricing.profiles import Limits, SlaProfile, SlsProfile
from jobs.pricing.walls import Walls

UNSURE = 2.5
"""By how much an interval is widened when there is a reason for review."""

TOLERANCE_MM = 0.01
"""A wall that is drawn as thick as the least that can be made may be measured a bit thinner."""

WORTH_DRAINING_MM3 = 100.0
"""What may stay in a part without anybody having to look."""

WORTH_HOLLOWING = 0.7
"""Hollowing is proposed where it leaves less than this share of the material."""


def reasons(measures: Measures, *, thinnest_mm: float) -> list[str]:
    """What the mesh itself says, for every technology. `thinnest_mm` is what the machine can
    make; a part is on average 2 · volume / area thick."""
    found = []
    if not measures.closed:
        found.append("The surface is not closed, so what is inside and outside is not certain.")
    if measures.volume <= 0:
        found.append("The part has no volume.")
    elif measures.area > 0 and 2 * measures.volume / measures.area < thinnest_mm:
        found.append(f"Most of its walls are thinner than {thinnest_mm:g} mm.")
    return found


def wall_reason(walls: Walls | None, limits: Limits) -> list[str]:
    """A wall that the process cannot make, and where it is."""
    if walls is None or walls.smallest_mm + TOLERANCE_MM >= limits.wall_mm:
        return []
    place = ", ".join(f"{part:.1f}" for part in walls.at_mm)
    return [
        f"Near ({place}) mm a wall is only {walls.smallest_mm:.2g} mm thick, and this process "
        f"makes walls from {limits.wall_mm:g} mm. Make it thicker, or choose a finer process."
    ]


def drain_reason(trapped_mm3: float, profile: SlaProfile) -> list[str]:
    """Resin that cannot leave the part, and what would let it out."""
    return _trapped(
        trapped_mm3,
        f"and resin would stay in it. Add two holes of {profile.drain_mm:g} mm, one at its lowest "
        "place and one at its highest.",
    )


def hollow_reason(measures: Measures, profile: SlaProfile) -> list[str]:
    """Bulky parts warp in resin, and waste it."""
    hollowed = min(measures.volume, measures.area * profile.hollow_wall_mm)
    if (
        measures.volume <= profile.hollow_above_mm3
        or hollowed > WORTH_HOLLOWING * measures.volume
        or not measures.closed
    ):
        return []
    return [
        f"It is so bulky that it should be hollowed before it is printed in resin: with walls of "
        f"{profile.hollow_wall_mm:g} mm and two holes of {profile.drain_mm:g} mm it takes about "
        f"{_cm3(hollowed)} instead of {_cm3(measures.volume)}."
    ]


def powder_reason(trapped_mm3: float, profile: SlsProfile) -> list[str]:
    """Powder that cannot leave the part."""
    hole = max(5.0, 2 * profile.limits.hole_mm)
    return _trapped(
        trapped_mm3,
        f"and powder would stay in it. Add a hole of {hole:g} mm, or say that it may stay.",
    )


def shell_reason(trapped_mm3: float) -> list[str]:
    """A hollow that no mould can be taken out of, however small."""
    return _trapped(
        trapped_mm3,
        "so the mould inside it cannot be washed out after casting. Open it, or make it solid.",
        least_mm3=0.0,
    )


def _trapped(volume_mm3: float, so: str, *, least_mm3: float = WORTH_DRAINING_MM3) -> list[str]:
    """A sentence that ends with what follows, for a hollow that is as large as that."""
    if volume_mm3 <= 0 or volume_mm3 < least_mm3:
        return []
    return [f"{_cm3(volume_mm3)} of hollow space has no way out, {so}"]


def interval(value: float, share: float, review: list[str]) -> Interval:
    """Around a value, wider by UNSURE if there are reasons for review; never below a tenth."""
    width = share * (UNSURE if review else 1.0)
    return (value * max(0.1, 1 - width), value * (1 + width))


def _cm3(volume_mm3: float) -> str:
    volume = volume_mm3 / 1000
    return f"{volume:,.0f} cm³" if volume >= 10 else f"{volume:.2g} cm³"
