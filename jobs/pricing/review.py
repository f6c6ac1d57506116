"""When a person should look at an estimate before it is believed, and how far it may be off."""

from jobs.meshes.measures import Measures
from jobs.pricing.analysis import Interval

UNSURE = 2.5
"""By how much an interval is widened when there is a reason for review."""


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


def interval(value: float, share: float, review: list[str]) -> Interval:
    """Around a value, wider by UNSURE if there are reasons for review; never below a tenth."""
    width = share * (UNSURE if review else 1.0)
    return (value * max(0.1, 1 - width), value * (1 + width))
