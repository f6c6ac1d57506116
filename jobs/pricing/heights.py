"""How the printing time of a part is spread over its height."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter


@dataclass(frozen=True)
class TimeByHeight:
    """`seconds` by the code of a feature, for each of the bands into which the height was cut from
    the plate up; a band is `band_mm` high but for the last, which ends at `height_mm`."""

    height_mm: float
    band_mm: float
    seconds: Mapping[str, Sequence[float]]

    @property
    def total_s(self) -> float:
        return sum(sum(band) for band in self.seconds.values())

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, read again by `from_dict`."""
        return asdict(self)

    @staticmethod
    def from_dict(data: dict[str, Any]) -> "TimeByHeight":
        """Raises ValueError for data of another shape."""
        return _ADAPTER.validate_python(data)


_ADAPTER = TypeAdapter(TimeByHeight)
