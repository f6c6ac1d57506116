"""How a part lies when it is made: better ways to lay it, and what its inside says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from starlette.requests import Request

from ui.configuration import Configuration
from ui.console import console
from ui.editor import documents
from ui.formats import cubic, duration, millimetres, turned

TITLES: Mapping[str, str] = MappingProxyType(
    {"as_given": "As in the file", "least_support": "Least support", "least_height": "Lowest"}
)
AXES = ("rx", "ry", "rz")
Rotation = tuple[float, ...]


@dataclass(frozen=True)
class Way:
    """Another way to lay the part, in words, and the fields of the form that choose it."""

    title: str
    turn: str
    gain: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Laying:
    """``lies`` says what the chosen way is best at, if at anything. ``cautions`` are what a person
    should know of the inside."""

    lies: str | None
    ways: Sequence[Way]
    cautions: Sequence[str]


async def laying(
    request: Request, model_id: str, chosen: Configuration, material: Mapping[str, Any]
) -> Laying | None:
    """What the analysis of the model tells about the choices; None while there is none."""
    variables = {
        "id": model_id,
        "units": chosen.units,
        "scale": chosen.scale,
        "material": chosen.material,
    }
    answer = await console(request).gateway.query(request, documents.LAYING, variables)
    analysis = (answer.data.get("model") or {}).get("analysis")
    return None if analysis is None else told(analysis, chosen.rotation, material)


def told(analysis: Mapping[str, Any], rotation: Rotation, material: Mapping[str, Any]) -> Laying:
    """The analysis in words, for a part that is turned by ``rotation`` in a material."""
    found: Sequence[Mapping[str, Any]] = analysis["orientations"]
    now = next((one for one in found if _same(one["rotation"], rotation)), None)
    lies = None if now is None or now["code"] == "as_given" else TITLES.get(now["code"])
    return Laying(
        lies=lies,
        ways=[_way(one, now) for one in found if one is not now] if now is not None else [],
        cautions=list(_cautions(analysis, material)),
    )


def _way(way: Mapping[str, Any], now: Mapping[str, Any]) -> Way:
    as_given = way["code"] == "as_given"
    gain = f"{duration(way['printSeconds'])} instead of {duration(now['printSeconds'])}"
    if max(way["supportMm3"], now["supportMm3"]) >= 1:
        gain += f", support {cubic(way['supportMm3'])} instead of {cubic(now['supportMm3'])}"
    return Way(
        title=TITLES.get(way["code"], way["code"]),
        turn="not turned" if as_given else f"turned {turned(way['rotation'])}",
        gain=gain,
        fields={axis: f"{angle:g}" for axis, angle in zip(AXES, way["rotation"], strict=True)},
    )


def _cautions(analysis: Mapping[str, Any], material: Mapping[str, Any]) -> Sequence[str]:
    said = []
    wall, least = analysis["smallestWallMm"], material["minWallMm"]
    if wall is not None and wall < least:
        said.append(
            f"The thinnest wall is about {millimetres(wall)} mm; {material['name']} needs "
            f"{millimetres(least)} mm. It may break, or not be made at all."
        )
    if analysis["trappedMm3"] > 0:
        said.append(
            f"{cubic(analysis['trappedMm3'])} inside the part has no way out, so what is in there "
            "when it is made stays in it. A hole of 3 mm lets it out."
        )
    return said


def _same(one: Sequence[float], other: Sequence[float]) -> bool:
    return all(abs((a - b + 180) % 360 - 180) < 0.01 for a, b in zip(one, other, strict=True))
