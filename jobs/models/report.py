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
class RepairOffer:
    """What a repair would change; nothing is repaired unless somebody accepts it. `merged`:
    corners that nearly meet are joined; `filled`: small holes are closed as well."""

    kind: Literal["merged", "filled"]
    open_edges: int
    volume_before_mm3: float
    volume_after_mm3: float
    triangles_after: int

    @property
    def volume_change(self) -> float:
        """0.003 for 0.3 % more; 1 when nothing was enclosed before."""
        if self.volume_before_mm3 <= 0:
            return 1.0
        return self.volume_after_mm3 / self.volume_before_mm3 - 1

    @property
    def sentence(self) -> str:
        """What it does and changes, for people."""
        edges = "1 open edge" if self.open_edges == 1 else f"{self.open_edges:,} open edges"
        how = {
            "merged": "by joining corners that nearly meet",
            "filled": "by filling small holes",
        }[self.kind]
        change = f"{self.volume_change:+.1%}".replace("%", " %")
        volume = (
            "the volume stays the same"
            if abs(self.volume_change) < 0.0005
            else f"the volume changes by {change}"
        )
        return f"{edges} would be closed {how}; {volume}."


@dataclass(frozen=True)
class ModelReport:
    """Sizes in mm, mm² and mm³ under the guessed `unit`. `bodies` is 0 where they were not
    counted (more than three million triangles). `repair`: an open surface that can be closed."""

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
    repair: RepairOffer | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, read again by `from_dict`."""
        plain: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return plain

    @staticmethod
    def from_dict(data: dict[str, Any]) -> "ModelReport":
        """Raises ValueError when the data is not a report."""
        return _ADAPTER.validate_python(data)


_ADAPTER = TypeAdapter(ModelReport)
