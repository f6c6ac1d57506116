"""Whether a part fits a machine and a material, and what to say if it does not."""

from dataclasses import dataclass

from jobs.pricing.analysis import Analysis, Box
from jobs.pricing.book import Machine, Material, PriceBook
from jobs.pricing.profiles import profile
from jobs.pricing.refusal import PriceRefused

TOLERANCE_MM = 0.01


@dataclass(frozen=True)
class Placement:
    """The machine a part is made on and how many lie beside each other in one build."""

    machine: Machine
    per_build: int


def place(box_mm: Box, material: Material, book: PriceBook) -> Placement:
    """The smallest machine that takes the part as it lies (it may be turned about its vertical).

    Raises PriceRefused TOO_LARGE_FOR_MACHINES, or NEEDS_TURNING when it would fit lying otherwise.
    """
    machines = book.machines_of(material)
    for machine in machines:
        per_build = parts_per_build(box_mm, machine)
        if per_build:
            return Placement(machine, per_build)
    largest = machines[-1]
    x, y, z = largest.build_volume_mm
    size = " × ".join(f"{side:.0f}" for side in box_mm)
    if any(fits_turned(box_mm, machine) for machine in machines):
        raise PriceRefused(
            "NEEDS_TURNING",
            f"The part is {size} mm and does not fit as it lies, but it would on another side in "
            f"{x:.0f} × {y:.0f} × {z:.0f} mm ({largest.name}). Turn it.",
        )
    raise PriceRefused(
        "TOO_LARGE_FOR_MACHINES",
        f"The part is {size} mm; the largest machine for {material.name} is {largest.name} with "
        f"{x:.0f} × {y:.0f} × {z:.0f} mm. Check the unit, scale the part down, cut it in pieces, "
        f"or choose another material{_roomier(box_mm, book)}.",
    )


def parts_per_build(box_mm: Box, machine: Machine) -> int:
    """How many parts lie beside each other on the machine's floor; 0 when not even one fits."""
    width, depth, height = machine.build_volume_mm
    if box_mm[2] > height + TOLERANCE_MM:
        return 0
    gap = machine.spacing_mm
    straight = _across(box_mm[0], width, gap) * _across(box_mm[1], depth, gap)
    turned = _across(box_mm[1], width, gap) * _across(box_mm[0], depth, gap)
    return max(straight, turned)


def fits_turned(box_mm: Box, machine: Machine) -> bool:
    """Whether the part fits on any of its sides."""
    sides = zip(sorted(box_mm), sorted(machine.build_volume_mm), strict=True)
    return all(side <= room + TOLERANCE_MM for side, room in sides)


def too_thin(analysis: Analysis, material: Material) -> tuple[str, ...]:
    """A reason for a person to look at a wall that the process makes, but not in this material.
    A wall below the process' own limit is a reason of the analysis already."""
    wall, at = analysis.smallest_wall_mm, analysis.smallest_wall_at_mm
    if wall is None or at is None:
        return ()
    made = profile(analysis.profile).limits.wall_mm <= wall + TOLERANCE_MM
    if not made or wall + TOLERANCE_MM >= material.min_wall_mm:
        return ()
    place = ", ".join(f"{part:.1f}" for part in at)
    return (
        f"Near ({place}) mm a wall is only {wall:.2g} mm thick, and {material.name} needs "
        f"{material.min_wall_mm:g} mm. Make it thicker, or choose another material.",
    )


def _across(side: float, room: float, gap: float) -> int:
    return int((room + TOLERANCE_MM + gap) // (side + gap)) if side <= room + TOLERANCE_MM else 0


def _roomier(box_mm: Box, book: PriceBook) -> str:
    """Names of materials whose machines take the part, for the end of the sentence."""
    able = [
        material.name
        for material in book.materials
        if any(parts_per_build(box_mm, machine) for machine in book.machines_of(material))
    ]
    return f" ({', '.join(able)})" if able else ""
