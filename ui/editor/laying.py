"""How a part lies when it is made: better ways to lay it, and what its inside says."""

from collections.abc import Iterator, Mapping, Sequence
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
WORTH_TELLING = 0.95
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
    """``lies`` says what the chosen way is best at, if at anything. ``facts`` are what was measured
    inside, by name; whether it is a reason for a person to look is the quote's to say."""

    lies: str | None
    ways: Sequence[Way]
    facts: Sequence[tuple[str, str]]


async def laying(request: Request, model_id: str, chosen: Configuration) -> Laying | None:
    """What the analysis of the model tells about the choices; None while there is none."""
    variables = {
        "id": model_id,
        "units": chosen.units,
        "scale": chosen.scale,
        "material": chosen.material,
    }
    answer = await console(request).gateway.query(request, documents.LAYING, variables)
    analysis = (answer.data.get("model") or {}).get("analysis")
    return None if analysis is None else told(analysis, chosen.rotation)


def told(analysis: Mapping[str, Any], rotation: Rotation) -> Laying:
    """The analysis in words, for a part that is turned by ``rotation``."""
    found: Sequence[Mapping[str, Any]] = analysis["orientations"]
    now = next((one for one in found if _same(one["rotation"], rotation)), None)
    lies = None if now is None or now["code"] == "as_given" else TITLES.get(now["code"])
    return Laying(
        lies=lies,
        ways=[_way(one, now) for one in found if _helps(one, now)] if now is not None else [],
        facts=list(_facts(analysis)),
    )


def _helps(way: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether another way saves time or support, or is the way back."""
    if way is now:
        return False
    saves = (way[key] < WORTH_TELLING * now[key] for key in ("printSeconds", "supportMm3"))
    return way["code"] == "as_given" or any(saves)


def _way(way: Mapping[str, Any], now: Mapping[str, Any]) -> Way:
    as_given = way["code"] == "as_given"
    gain = f"{duration(way['printSeconds'])} instead of {duration(now['printSeconds'])}"
    if max(way["supportMm3"], now["supportMm3"]) >= 1:
        gain += f", support {cubic(way['supportMm3'])} instead of {cubic(now['supportMm3'])}"
    return Way(
        title=TITLES.get(way["code"], way["code"]),
        turn="not turned" if as_given else f"turned {turned(map(_near, way['rotation']))}",
        gain=gain,
        fields={axis: f"{angle:g}" for axis, angle in zip(AXES, way["rotation"], strict=True)},
    )


def _facts(analysis: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if analysis["smallestWallMm"] is not None:
        yield "Thinnest wall", f"about {millimetres(analysis['smallestWallMm'])} mm"
    if analysis["trappedMm3"] >= 1:
        yield "Hollow with no way out", cubic(analysis["trappedMm3"])


def _near(angle: float) -> int:
    """Whole degrees from -179 to 180, for people."""
    return 180 - round(180 - angle) % 360


def _same(one: Sequence[float], other: Sequence[float]) -> bool:
    return all(abs((a - b + 180) % 360 - 180) < 0.01 for a, b in zip(one, other, strict=True))
