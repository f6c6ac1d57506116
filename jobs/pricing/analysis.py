"""What is known about one part on one machine profile: the answer of the geometry, before money."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter

ANALYSIS_VERSION = 2

Technology = Literal["fdm", "sla", "sls", "casting", "cnc"]
OrientationCode = Literal["as_given", "least_support", "least_height"]
Box = tuple[float, float, float]
Place = tuple[float, float, float]
Rotation = tuple[float, float, float]
Interval = tuple[float, float]


@dataclass(frozen=True)
class FeatureUse:
    """What one kind of printed line takes: `code` as slicers name it ("perimeter", "solid",
    "sparse", "bridge", "support", "skirt", "exposure" …), mm³ and seconds."""

    code: str
    volume_mm3: float
    time_s: float


@dataclass(frozen=True)
class Orientation:
    """A way to lay the part, and what it would take to print it so.

    `rotation_deg` turns the part as the file has it about x, then y, then z: ask for an analysis
    with it to get the whole of it.
    """

    code: OrientationCode
    rotation_deg: Rotation
    print_time_s: float
    material_mm3: float
    support_mm3: float
    box_mm: Box


@dataclass(frozen=True)
class Analysis:
    """One part at one scale and turn under one profile. All lengths in mm, times in seconds.

    `print_time_s` is the time to print one part alone, `material_mm3` all material that leaves
    the machine for it, supports included; each has the interval in which the true value is
    expected for nine parts out of ten. `smallest_mm` is twice the volume over the area: the mean
    wall, not the thinnest. `smallest_wall_mm` is the thinnest that was sampled, near
    `smallest_wall_at_mm` on the plate, and None where walls were not measured. `trapped_mm3` is
    hollow space with no way out. `orientations` starts with the part as it lies, and is empty
    where none were compared. `review` holds sentences why a person should look before this is
    believed, and is empty when the estimate is sure. `rough` marks an estimate made from box,
    volume and area alone.
    """

    profile: str
    technology: Technology
    volume_mm3: float
    area_mm2: float
    box_mm: Box
    bodies: int
    closed: bool
    triangles: int
    layers: int
    print_time_s: float
    print_time_interval_s: Interval
    material_mm3: float
    material_interval_mm3: Interval
    support_mm3: float
    support_contact_mm2: float
    smallest_mm: float
    review: tuple[str, ...] = ()
    features: tuple[FeatureUse, ...] = ()
    rough: bool = False
    smallest_wall_mm: float | None = None
    smallest_wall_at_mm: Place | None = None
    trapped_mm3: float = 0.0
    orientations: tuple[Orientation, ...] = ()
    version: int = ANALYSIS_VERSION

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, read again by `from_dict`."""
        plain: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return plain

    @staticmethod
    def from_dict(data: dict[str, Any]) -> "Analysis":
        """Raises ValueError for data of another shape or another ANALYSIS_VERSION: such an
        analysis has to be computed again."""
        if data.get("version") != ANALYSIS_VERSION:
            raise ValueError(f"analysis version {data.get('version')} is not {ANALYSIS_VERSION}")
        return _ADAPTER.validate_python(data)


_ADAPTER = TypeAdapter(Analysis)
