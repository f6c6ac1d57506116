"""How a part is to be made: the choices of the shop's and the editor's form, kept in the URL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ui.states import UNIT_MM

LARGEST_QUANTITY = 100_000
"""Of any price book; the one in force may allow less, and then says so."""
TURN = 90.0
STANDARD = "standard"
BY_HAND = "CNC"
"""The technology whose prices a person makes: nobody who chose nothing gets it."""


@dataclass(frozen=True)
class Configuration:
    """Scale is a factor (the form shows per cent), rotation is degrees about x, y and z.

    Units that nobody chose are a guess: they stay out of the URL, so that the page asks again.
    """

    material: str
    finish: str
    quantity: int = 1
    scale: float = 1.0
    units: str = "MM"
    rotation: tuple[float, float, float] = (0.0, 0.0, 0.0)
    lead_time: str = STANDARD
    units_chosen: bool = False

    def line(self, model_id: str) -> dict[str, Any]:
        """The graph's QuoteInput and LineInput, which have the same fields."""
        return {
            "modelId": model_id,
            "material": self.material,
            "finish": self.finish,
            "quantity": self.quantity,
            "scale": self.scale,
            "units": self.units,
            "rotation": list(self.rotation),
            "leadTime": self.lead_time,
        }

    def query(self) -> dict[str, str]:
        """The same as fields of the form and of the URL."""
        fields = {
            "material": self.material,
            "finish": self.finish,
            "quantity": str(self.quantity),
            "scale": f"{self.scale * 100:g}",
            "units": self.units if self.units_chosen else "",
        }
        if self.lead_time != STANDARD:
            fields["leadTime"] = self.lead_time
        fields.update(zip(("rx", "ry", "rz"), (f"{a:g}" for a in self.rotation), strict=True))
        return fields


def configuration(
    values: Mapping[str, str],
    materials: list[dict[str, Any]],
    lead_times: Sequence[dict[str, Any]] | None = None,
    *,
    material: str | None = None,
    finish: str | None = None,
    units: str = "MM",
) -> Configuration:
    """Reads the choices; what is missing or impossible falls back to what is given, or to the
    first that has a price at once.

    A finish that the chosen material does not take becomes the material's first. Units equal to
    the form's ``guessed`` came along with another choice; they are not chosen.
    """
    by_code = {entry["code"]: entry for entry in materials}
    wanted = values.get("material") or material
    chosen = by_code.get(wanted or "") or by_code.get(material or "")
    chosen = chosen or next((m for m in materials if m["technology"] != BY_HAND), materials[0])
    wanted_units = values.get("units", "")
    finishes = [entry["code"] for entry in chosen["finishes"]]
    offered = [entry["code"] for entry in lead_times or ()]
    wanted_finish = values.get("finish") or finish or ""
    return Configuration(
        material=chosen["code"],
        finish=wanted_finish if wanted_finish in finishes else finishes[0],
        quantity=int(_number(values.get("quantity"), 1, least=1, most=LARGEST_QUANTITY)),
        scale=_number(values.get("scale"), 100, least=0.1, most=10_000) / 100,
        units=wanted_units if wanted_units in UNIT_MM else units,
        rotation=(_angle(values, "rx"), _angle(values, "ry"), _angle(values, "rz")),
        lead_time=values["leadTime"] if values.get("leadTime") in offered else STANDARD,
        units_chosen=wanted_units in UNIT_MM and wanted_units != values.get("guessed"),
    )


def _number(text: str | None, default: float, *, least: float, most: float) -> float:
    try:
        number = float((text or "").replace(",", "."))
    except ValueError:
        return default
    return min(max(number, least), most) if number == number else default  # noqa: PLR0124 - NaN


def _angle(values: Mapping[str, str], name: str) -> float:
    """Degrees in [0, 360); the buttons of the form turn by a quarter at a time."""
    turned = values.get("turn") == name
    return (_number(values.get(name), 0, least=-3600, most=3600) + TURN * turned) % 360
