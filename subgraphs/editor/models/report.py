"""The check's report in the words of the events and of the graph."""

from collections.abc import Mapping
from types import MappingProxyType

from jobs.models.report import ModelReport
from jobs.rejection import ModelRejected
from shared.messaging.events import ModelFacts, UnitsName

UNITS: Mapping[str, UnitsName] = MappingProxyType(
    {"mm": "MM", "cm": "CM", "m": "M", "inch": "INCH"}
)


def usable(report: ModelReport) -> ModelReport:
    """The report of a part that can be ordered; raises ModelRejected UNIT_NOT_OFFERED."""
    if report.unit not in UNITS:
        raise ModelRejected(
            "UNIT_NOT_OFFERED",
            f"The file says that its unit is the {report.unit}. Export it in millimetres, "
            "centimetres, metres or inches and upload it again.",
        )
    return report


def facts_of(report: ModelReport) -> ModelFacts:
    """What other services are told; notes stay here."""
    return ModelFacts(
        units=UNITS[report.unit],
        units_certain=not report.ask_unit,
        box_mm=report.box_mm,
        volume_mm3=report.volume_mm3,
        area_mm2=report.area_mm2,
        triangles=report.triangles,
        bodies=report.bodies,
        watertight=report.watertight,
        warnings=tuple(w.sentence for w in report.warnings if w.severity != "note"),
    )
