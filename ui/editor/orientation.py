"""How large a part is once it is scaled, turned and read in other units."""

from collections.abc import Sequence
from math import cos, radians, sin

from ui.states import UNIT_MM


def turned_box(
    box_mm: Sequence[float],
    *,
    guessed: str,
    units: str,
    scale: float,
    rotation: Sequence[float],
) -> list[float]:
    """The sides in mm of the box about the part, along x, y and z.

    ``box_mm`` is the box under the ``guessed`` units; rotation is degrees about the fixed axes x,
    then y, then z. For turns that are not by 90° it bounds the turned box, not the turned part.
    """
    factor = scale * UNIT_MM[units] / UNIT_MM[guessed]
    (cx, sx), (cy, sy), (cz, sz) = ((cos(radians(a)), sin(radians(a))) for a in rotation)
    matrix = (
        (cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx),
        (sz * cy, sz * sy * sx + cz * cx, sz * sy * cx - cz * sx),
        (-sy, cy * sx, cy * cx),
    )
    return [
        round(factor * sum(abs(part) * side for part, side in zip(row, box_mm, strict=True)), 3)
        for row in matrix
    ]


def sizes(box_mm: Sequence[float], guessed: str) -> dict[str, list[float]]:
    """The sides in mm under each unit that the file may be in; ``box_mm`` is under ``guessed``."""
    return {
        unit: [side * factor / UNIT_MM[guessed] for side in box_mm]
        for unit, factor in UNIT_MM.items()
    }
