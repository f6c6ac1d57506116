"""What an analysis is asked for, and the key under which its answer is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from jobs.pricing.analysis import ANALYSIS_VERSION
from jobs.pricing.profiles import fingerprint, profile, profile_ids
from shared.messaging.events import UnitsName

MM_PER_UNIT: Mapping[UnitsName, float] = MappingProxyType(
    {"MM": 1.0, "CM": 10.0, "M": 1000.0, "INCH": 25.4}
)


@dataclass(frozen=True)
class AnalysisRequest:
    """One model at one size and turn (degrees about x, y, z) on one machine profile."""

    model_id: UUID
    profile: str
    units: UnitsName = "MM"
    scale: float = 1.0
    rotation: tuple[float, float, float] = (0.0, 0.0, 0.0)

    @property
    def mm_per_unit(self) -> float:
        """The factor from lengths in the file to mm on the machine."""
        return MM_PER_UNIT[self.units] * self.scale

    @property
    def placement(self) -> tuple[UUID, float, tuple[float, float, float]]:
        """Requests of one placement are computed together."""
        return self.model_id, self.mm_per_unit, self.rotation

    def key(self, content_hash: str) -> str:
        """The same for every request that has the same answer: an inch is 25.4 mm, and a full
        turn is none. Another version of the analysis has another key, and so has a profile that
        was calibrated anew."""
        turn = ",".join(f"{round(angle % 360, 3) % 360:g}" for angle in self.rotation)
        made_by = f"{self.profile}@{_fingerprint(self.profile)}:v{ANALYSIS_VERSION}"
        return f"{content_hash}:{made_by}:{self.mm_per_unit:.9g}:{turn}"

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, read again by `from_dict`."""
        plain: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return plain

    @staticmethod
    def from_dict(data: dict[str, Any]) -> "AnalysisRequest":
        """Raises ValueError when the data is no request."""
        return _ADAPTER.validate_python(data)


@cache
def _fingerprint(code: str) -> str:
    """Empty for a profile that there is no longer: nothing is computed with it."""
    return fingerprint(profile(code)) if code in profile_ids() else ""


_ADAPTER = TypeAdapter(AnalysisRequest)
