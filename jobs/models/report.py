"""What the check of a model found."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter

Severity = Literal["note", "warning", "problem"]


@dataclass(frozen=True)
class ModelWarning:
    """`code`: UNITS_UNCERTAIN, NOT_WATERTIGHT, INSIDE_OUT, SEVERAL_BODIES, DEGENERATE_TRIANGLES,
    VERY_SMALL, LARGE_MODEL, TOO_LARGE_FOR_MACHINES, THIN_WALLS, NO_VOLUME. A problem keeps the
    part from being made as it is; a warning should be looked at; a note is for information."""

    code: str
    severity: Severity
    sentence: str


@dataclass(frozen=True)
class ModelReport:
    """Sizes in mm, mm² and mm³ under the guessed `unit`. `bodies` is 0 where they were not
    counted (more than three million triangles)."""

    format: str
    unit: str
    unit_confidence: float
    ask_unit: bool
    box_mm: tuple[float, float, float]
    volume_mm3: float
    area_mm2: float
    triangles: int
    bodies: int
    objects: int
    watertight: bool
    inverted: bool
    degenerate_triangles: int
    warnings: tuple[ModelWarning, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, read again by `from_dict`."""
        plain: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return plain

    @staticmethod
    def from_dict(data: dict[str, Any]) -> "ModelReport":
        """Raises ValueError when the data is not a report."""
        return _ADAPTER.validate_python(data)


_ADAPTER = TypeAdapter(ModelReport)
