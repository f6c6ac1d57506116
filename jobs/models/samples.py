"""Demo parts that Partline makes itself: closed, in millimetres, of sizes that people order."""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from manifold3d import CrossSection, Manifold, OpType

from jobs.meshes import Triangles
from jobs.meshes.stl import write_binary

ROUND = 64


@dataclass(frozen=True)
class Sample:
    """`material`, `finish`: what the part is usually ordered in."""

    name: str
    title: str
    description: str
    material: str
    finish: str
    build: Callable[[], Manifold]


def sample_names() -> tuple[str, ...]:
    """bracket, ring, gear, and the other ready-made parts."""
    return tuple(SAMPLES)


def sample_triangles(name: str) -> Triangles:
    """Triangles of a demo part, mm. Raises KeyError for a name that is not in `sample_names()`."""
    mesh = SAMPLES[name].build().to_mesh()
    points = np.asarray(mesh.vert_properties, dtype=np.float32)[:, :3]
    corners: Triangles = points[np.asarray(mesh.tri_verts)]
    corners -= corners.reshape(-1, 3).min(axis=0)
    return corners


def write_sample(name: str, path: Path) -> Path:
    """Write a demo part as binary STL and return the path. Raises KeyError as above."""
    write_binary(sample_triangles(name), path)
    return path


def _box(x: float, y: float, z: float, at: tuple[float, float, float] = (0, 0, 0)) -> Manifold:
    return Manifold.cube((x, y, z)).translate(at)


def _rod(radius: float, height: float, at: tuple[float, float, float] = (0, 0, 0)) -> Manifold:
    return Manifold.cylinder(height, radius, radius, ROUND).translate(at)


def _plate(x: float, y: float, height: float, corner: float) -> Manifold:
    """A plate with round corners, its middle at the origin."""
    inner = CrossSection.square((x - 2 * corner, y - 2 * corner), center=True)
    return Manifold.extrude(_rounded(inner, corner), height)


def _rounded(inner: CrossSection, radius: float) -> CrossSection:
    disc = CrossSection.circle(radius, ROUND)
    corners = [disc.translate((float(x), float(y))) for x, y in inner.to_polygons()[0]]
    return CrossSection.batch_hull(corners)


def _bracket() -> Manifold:
    """An angle with a rib and four screw holes."""
    angle = _box(60, 40, 5) + _box(5, 40, 50)
    rib = Manifold.extrude(CrossSection([[(0.0, 0.0), (38.0, 0.0), (0.0, 38.0)]]), 6)
    rib = rib.rotate((90, 0, 0)).translate((4, 23, 4))
    part = angle + rib
    for y in (9, 31):
        part -= _rod(2.7, 7, (48, y, -1))
        part -= _rod(2.7, 7).rotate((0, 90, 0)).translate((-1, y, 40))
    return part


def _ring() -> Manifold:
    """A signet ring of 18 mm inner width."""
    band = Manifold.revolve(
        CrossSection([[(9.0, -2.2), (10.9, -1.9), (11.3, 0.0), (10.9, 1.9), (9.0, 2.2)]]), 128
    )
    face = Manifold.cylinder(3.2, 4.6, 5.2, ROUND).rotate((90, 0, 0)).translate((0, -9.4, 0))
    return (band + face) - _rod(9.0, 20, (0, 0, -10))


def _gear() -> Manifold:
    """A spur gear: 24 teeth, module 2, 8 mm bore with a keyway."""
    teeth, module, width = 24, 2.0, 12.0
    pitch = teeth * module / 2
    tip, root, base = pitch + module, pitch - 1.25 * module, pitch * math.cos(math.radians(20))
    half = math.pi / (2 * teeth) + math.tan(math.radians(20)) - math.radians(20)
    flank = [
        (radius, half - (math.tan(math.acos(base / radius)) - math.acos(base / radius)))
        for radius in np.linspace(max(base, root) + 1e-6, tip, 9)
    ]
    outline: list[tuple[float, float]] = []
    for tooth in range(teeth):
        middle = 2 * math.pi * tooth / teeth
        side = [(root, half * 1.05), *flank]
        outline += [_polar(radius, middle - turn) for radius, turn in side]
        outline += [_polar(radius, middle + turn) for radius, turn in reversed(side)]
    gear = Manifold.extrude(CrossSection([outline]), width)
    hub = _rod(10, width + 6)
    bore = _rod(4, width + 20, (0, 0, -5)) + _box(2.4, 6, width + 20, (-1.2, 0, -5))
    return gear + hub - bore


def _polar(radius: float, angle: float) -> tuple[float, float]:
    return radius * math.cos(angle), radius * math.sin(angle)


def _enclosure() -> Manifold:
    """An open box for electronics with four screw posts and vents."""
    part = _plate(90, 62, 32, 6) - _plate(85, 57, 32, 4).translate((0, 0, 2.5))
    for x in (-37, 37):
        for y in (-23, 23):
            part += _rod(4, 28, (x, y, 1)) - _rod(1.4, 30, (x, y, 8))
    for x in range(-24, 25, 8):
        part -= _box(3, 20, 14, (x - 1.5, 22, 11))
    return part - _rod(6, 12).rotate((0, 90, 0)).translate((38, 0, 16))


def _vase() -> Manifold:
    """A twisted vase with eight soft waves and a wall of 2 mm."""

    def wave(radius: float) -> CrossSection:
        turns = np.linspace(0, 2 * math.pi, 160, endpoint=False)
        return CrossSection(
            [[_polar(radius + 2.4 * math.cos(8 * turn), float(turn)) for turn in turns]]
        )

    shape = {"n_divisions": 60, "twist_degrees": 70.0, "scale_top": (1.35, 1.35)}
    outer = Manifold.extrude(wave(26), 95, **shape)
    inner = Manifold.extrude(wave(24), 95, **shape).translate((0, 0, 2.4))
    return outer - inner


def _hook() -> Manifold:
    """A wall hook with two countersunk holes, lying on its side as it is printed."""
    path = [(4.0, 12.0), *((22 + x, 12 + y) for x, y in (_polar(18, t) for t in _HOOK_TURNS))]
    disc = CrossSection.circle(4.5, ROUND)
    dots = [disc.translate(point) for point in path]
    bow = [CrossSection.batch_hull([a, b]) for a, b in itertools.pairwise(dots)]
    plate = CrossSection.square((6, 76)).translate((0, -6))
    part = Manifold.extrude(CrossSection.batch_boolean([plate, *bow], OpType.Add), 22)
    for y in (46, 62):
        hole = _rod(2.3, 12, (0, 0, -1)) + Manifold.cylinder(2.7, 2.3, 5, ROUND).translate(
            (0, 0, 3.4)
        )
        part -= hole.rotate((0, 90, 0)).translate((0, y, 11))
    return part


_HOOK_TURNS = [math.radians(angle) for angle in range(180, 376, 15)]


def _knob() -> Manifold:
    """A knob with twelve grips and a hexagon pocket for an M6 bolt."""
    part = Manifold.cylinder(18, 20, 17, 128)
    for grip in range(12):
        x, y = _polar(21, 2 * math.pi * grip / 12)
        part -= _rod(3.4, 30, (x, y, -5))
    part -= Manifold.cylinder(6, 5.85, 5.85, 6).translate((0, 0, -0.5))
    return part - _rod(3.2, 30, (0, 0, -5))


def _stand() -> Manifold:
    """A stand for a phone, cut from one profile."""
    profile = CrossSection(
        [
            [
                (0, 0), (82, 0), (82, 16), (76, 16), (76, 6), (62, 6),
                (30, 92), (23, 90), (50, 6), (0, 6),
            ]
        ]
    )  # fmt: skip
    part = Manifold.extrude(profile, 62).rotate((90, 0, 0))
    return part - _rod(9, 40).rotate((0, 90, 0)).translate((62, -31, 13))


SAMPLES = {
    sample.name: sample
    for sample in (
        Sample(
            "bracket", "Angle bracket", "Carries a shelf; four M5 holes.", "PETG", "raw", _bracket
        ),
        Sample(
            "ring",
            "Signet ring",
            "18 mm inside, with a face to engrave.",
            "SILVER-925",
            "polished",
            _ring,
        ),
        Sample(
            "gear",
            "Spur gear",
            "24 teeth, module 2, 8 mm bore with a keyway.",
            "PA12",
            "dyed",
            _gear,
        ),
        Sample(
            "enclosure",
            "Electronics box",
            "Open box with screw posts and vents.",
            "ABS",
            "raw",
            _enclosure,
        ),
        Sample("vase", "Twisted vase", "Eight soft waves, 2 mm wall.", "PLA", "raw", _vase),
        Sample(
            "hook",
            "Wall hook",
            "Two countersunk screws hold five kilograms.",
            "PLA",
            "sanded",
            _hook,
        ),
        Sample(
            "knob",
            "Machine knob",
            "Twelve grips and a pocket for an M6 bolt.",
            "RESIN-TOUGH",
            "raw",
            _knob,
        ),
        Sample("stand", "Phone stand", "Cut for a cable; fits any phone.", "PLA", "primed", _stand),
    )
}
