"""Errors of parts drawn as an SVG: a column for each family, a dot for each part."""

from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 760, 340, 60, 70, 30
LIMIT = 0.3
COLOURS = {"time": "#2563eb", "material": "#d97706"}


@dataclass(frozen=True)
class Dot:
    """A signed relative error of one part in one quantity ("time" or "material")."""

    family: str
    quantity: str
    error: float


def drawing(dots: list[Dot], title: str) -> str:
    """The picture as text; errors beyond ±30 % stand at its rim."""
    families = sorted({dot.family for dot in dots})
    step = (WIDTH - LEFT - 20) / max(1, len(families))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="11">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="18" font-size="13">{escape(title)}</text>',
    ]
    for share in (-0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3):
        y = _height(share)
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - 20}" y1="{y:.1f}" y2="{y:.1f}" '
            f'stroke="{"#444" if share == 0 else "#ddd"}"/>'
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{share:+.0%}</text>'
        )
    for number, family in enumerate(families):
        middle = LEFT + step * (number + 0.5)
        parts.append(
            f'<text x="{middle:.1f}" y="{HEIGHT - 40}" text-anchor="middle">{escape(family)}</text>'
        )
        for side, quantity in ((-1, "time"), (1, "material")):
            own = [d.error for d in dots if d.family == family and d.quantity == quantity]
            for index, error in enumerate(own):
                x = middle + side * step * (0.08 + 0.3 * index / max(1, len(own) - 1))
                parts.append(
                    f'<circle cx="{x:.1f}" cy="{_height(error):.1f}" r="3" '
                    f'fill="{COLOURS[quantity]}" fill-opacity="0.7"/>'
                )
    for number, (quantity, colour) in enumerate(COLOURS.items()):
        x = LEFT + 90 * number
        parts.append(
            f'<circle cx="{x}" cy="{HEIGHT - 16}" r="4" fill="{colour}"/>'
            f'<text x="{x + 8}" y="{HEIGHT - 12}">{quantity}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


def _height(error: float) -> float:
    held = max(-LIMIT, min(LIMIT, error))
    middle = (TOP + HEIGHT - BOTTOM) / 2
    return middle - held / LIMIT * (HEIGHT - BOTTOM - TOP) / 2
