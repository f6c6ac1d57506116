"""What a customer asks for in one line of an order."""

import math
from dataclasses import dataclass, replace
from typing import cast, get_args
from uuid import UUID

from shared.errors import Invalid
from shared.messaging.events import UnitsName

MAX_LINES = 100
MAX_QUANTITY = 100_000
MAX_SCALE = 1_000.0
_MAX_CODE = 64

Rotation = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A checked line: `rotation` in degrees about x, y and z.

    Material, finish and lead time are codes of mes, which refuses what it does not know when it
    prices.
    """

    model_id: UUID
    material: str
    finish: str
    quantity: int
    scale: float = 1.0
    units: UnitsName = "MM"
    rotation: Rotation = (0.0, 0.0, 0.0)
    lead_time: str = "standard"

    def __post_init__(self) -> None:
        if not 1 <= self.quantity <= MAX_QUANTITY:
            raise Invalid(f"Order 1 to {MAX_QUANTITY:,} pieces of a part.", "QUANTITY")
        if not 0 < self.scale <= MAX_SCALE:
            raise Invalid(f"The scale must be above 0 and at most {MAX_SCALE:g}.", "SCALE")
        if len(self.rotation) != 3 or not all(map(math.isfinite, self.rotation)):
            raise Invalid("Give the rotation as three angles in degrees.", "ROTATION")
        if self.units not in get_args(UnitsName):
            raise Invalid("Give the units as MM, CM, M or INCH.", "UNITS")
        if not 0 < len(self.material) <= _MAX_CODE or not 0 < len(self.finish) <= _MAX_CODE:
            raise Invalid("Choose a material and a finish.", "MATERIAL")
        if not 0 < len(self.lead_time) <= _MAX_CODE:
            raise Invalid("Choose a lead time, such as standard.", "LEAD_TIME")


@dataclass(frozen=True, slots=True)
class LineChange:
    """What is to be different; None leaves a value as it is."""

    material: str | None = None
    finish: str | None = None
    quantity: int | None = None
    scale: float | None = None
    units: UnitsName | None = None
    rotation: Rotation | None = None
    lead_time: str | None = None

    def applied_to(self, line: Line) -> Line:
        """The changed line. Raises Invalid when it breaks a rule."""
        return replace(
            line,
            material=self.material if self.material is not None else line.material,
            finish=self.finish if self.finish is not None else line.finish,
            quantity=self.quantity if self.quantity is not None else line.quantity,
            scale=self.scale if self.scale is not None else line.scale,
            units=self.units if self.units is not None else line.units,
            rotation=self.rotation if self.rotation is not None else line.rotation,
            lead_time=self.lead_time if self.lead_time is not None else line.lead_time,
        )


def rotation_of(angles: list[float]) -> Rotation:
    """Three angles from a list of any length. Raises Invalid."""
    if len(angles) != 3:
        raise Invalid("Give the rotation as three angles in degrees.", "ROTATION")
    return cast(Rotation, tuple(float(angle) for angle in angles))


def check_lines(lines: list[Line]) -> None:
    """Raises Invalid when an order cannot have these lines."""
    if not 1 <= len(lines) <= MAX_LINES:
        raise Invalid(f"An order has 1 to {MAX_LINES} lines.", "LINES")
