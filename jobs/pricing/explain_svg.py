"""The picture of where the printing time of a part goes: an SVG that stands alone."""

import math
from collections.abc import Mapping
from itertools import accumulate
from types import MappingProxyType
from xml.sax.saxutils import escape

from jobs.pricing.breakdown import duration
from jobs.pricing.heights import TimeByHeight

WIDTH, HEIGHT = 760, 460
LEFT, TOP, RIGHT, BOTTOM = 64, 72, 520, 404
LEGEND_X, LEGEND_STEP = 548, 26

# From the innermost of the stack to the outermost: name, colour on white, colour on black.
FEATURES: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "external_perimeter": ("outer walls", "#0b5fa5", "#6cb6ff"),
        "perimeter": ("inner walls", "#4a9ad4", "#2f7fc1"),
        "solid": ("solid infill", "#9a4d00", "#f0a35e"),
        "top": ("top surfaces", "#d17b0f", "#ffd08a"),
        "bridge": ("bridges", "#a11d6b", "#ff8ccb"),
        "sparse": ("sparse infill", "#2a7a3b", "#7fd08f"),
        "support": ("supports", "#6a3fb5", "#b79bff"),
        "skirt": ("skirt", "#6b6b00", "#d8d86a"),
        "travel": ("travel", "#555f6b", "#aab4c0"),
        "cooling": ("waiting for layers to cool", "#9aa4af", "#6a7480"),
    }
)
_OTHER = ("other", "#333333", "#dddddd")


def drawn(chart: TimeByHeight, name: str) -> str:
    """The picture for the part `name`: height upwards, seconds for each mm to the right, a colour
    for each kind of line. Its title and description tell the same to those who do not see it."""
    codes = [code for code in FEATURES if code in chart.seconds]
    codes += [code for code in chart.seconds if code not in FEATURES]
    title = f"Where the printing time of {name} goes"
    fills = "".join(_rule(code, _style(code)[1]) for code in codes)
    dark = "".join(_rule(code, _style(code)[2]) for code in codes)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            'aria-labelledby="title desc" font-family="system-ui, sans-serif" font-size="13">',
            f'<title id="title">{escape(title)}</title>',
            f'<desc id="desc">{escape(_told(chart, codes))}</desc>',
            "<style>.paper{fill:#fff}text{fill:#1a1f24}.soft{fill:#55606b}"
            ".line{stroke:#c9d0d7;stroke-width:1}" + fills,
            "@media (prefers-color-scheme:dark){.paper{fill:#14181c}text{fill:#eef2f5}"
            ".soft{fill:#a9b4be}.line{stroke:#3a434c}" + dark + "}</style>",
            f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>',
            f'<text x="24" y="32" font-size="17" font-weight="600">{escape(title)}</text>',
            f'<text x="24" y="52" class="soft">{duration(chart.total_s)} in all, without the '
            "machine's start</text>",
            *_axes(chart),
            *_areas(chart, codes),
            *_legend(chart, codes),
            "</svg>",
            "",
        ]
    )


def _told(chart: TimeByHeight, codes: list[str]) -> str:
    total = chart.total_s or 1.0
    shares = sorted(((sum(chart.seconds[code]), code) for code in codes), reverse=True)
    parts = [
        f"{_style(code)[0]} {took / total:.0%}".replace("%", " %")
        for took, code in shares
        if took >= total / 100
    ]
    bands = _bands(chart)
    slowest = bands.index(max(bands)) * chart.band_mm
    return (
        f"{duration(chart.total_s)} over {chart.height_mm:.1f} mm of height: {', '.join(parts)}. "
        f"Slowest at {slowest:.1f} mm above the plate, with {_rate(chart):.0f} s for each mm."
    )


def _bands(chart: TimeByHeight) -> list[float]:
    return [sum(band) for band in zip(*chart.seconds.values(), strict=True)]


def _thick(chart: TimeByHeight, band: int) -> float:
    """How high a band is, mm."""
    return min(chart.band_mm, chart.height_mm - band * chart.band_mm) or chart.band_mm


def _rate(chart: TimeByHeight) -> float:
    """Seconds for each mm where it is slowest."""
    rates = [took / _thick(chart, band) for band, took in enumerate(_bands(chart))]
    return max(rates) or 1.0


def _x(chart: TimeByHeight, rate: float) -> float:
    return LEFT + (RIGHT - LEFT) * rate / _rate(chart)


def _y(chart: TimeByHeight, mm: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * min(1.0, mm / chart.height_mm)


def _areas(chart: TimeByHeight, codes: list[str]) -> list[str]:
    """A closed outline for each kind of line, stacked on the one before."""
    bands = len(next(iter(chart.seconds.values())))
    edges = [
        [0.0, *accumulate(chart.seconds[code][band] / _thick(chart, band) for code in codes)]
        for band in range(bands)
    ]
    heights = [_y(chart, band * chart.band_mm) for band in range(bands + 1)]
    heights[-1] = float(TOP)
    found = []
    for place, code in enumerate(codes):
        right = [
            point
            for band in range(bands)
            for point in (
                (_x(chart, edges[band][place + 1]), heights[band]),
                (_x(chart, edges[band][place + 1]), heights[band + 1]),
            )
        ]
        left = [
            point
            for band in reversed(range(bands))
            for point in (
                (_x(chart, edges[band][place]), heights[band + 1]),
                (_x(chart, edges[band][place]), heights[band]),
            )
        ]
        path = "L".join(f"{x:.1f},{y:.1f}" for x, y in (*right, *left))
        found.append(f'<path class="{_class(code)}" d="M{path}Z"/>')
    return found


def _axes(chart: TimeByHeight) -> list[str]:
    found = []
    for rate in _ticks(_rate(chart)):
        x = _x(chart, rate)
        found.append(
            f'<path class="line" d="M{x:.1f},{TOP}V{BOTTOM}"/>'
            f'<text x="{x:.1f}" y="{BOTTOM + 18}" text-anchor="middle" class="soft">{rate:g}</text>'
        )
    for mm in _ticks(chart.height_mm):
        y = _y(chart, mm)
        found.append(
            f'<path class="line" d="M{LEFT},{y:.1f}H{RIGHT}"/>'
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" class="soft">{mm:g}</text>'
        )
    middle = (LEFT + RIGHT) / 2
    return [
        *found,
        f'<text x="{middle:.0f}" y="{BOTTOM + 40}" text-anchor="middle">seconds for each mm of '
        "height</text>",
        f'<text transform="translate(20 {(TOP + BOTTOM) / 2:.0f}) rotate(-90)" '
        'text-anchor="middle">height above the plate, mm</text>',
    ]


def _ticks(most: float) -> list[float]:
    """Round numbers from 0 to at most `most`, six of them or fewer."""
    power = 10.0 ** math.floor(math.log10(most / 5))
    step = next(round_ * power for round_ in (1, 2, 5, 10) if round_ * power * 5 >= most)
    return [step * number for number in range(math.floor(most / step + 1e-9) + 1)]


def _legend(chart: TimeByHeight, codes: list[str]) -> list[str]:
    found = []
    for place, code in enumerate(codes):
        y = TOP + place * LEGEND_STEP
        took = duration(sum(chart.seconds[code]))
        found.append(
            f'<rect class="{_class(code)}" x="{LEGEND_X}" y="{y}" width="14" height="14"/>'
            f'<text x="{LEGEND_X + 22}" y="{y + 12}">{escape(_style(code)[0])} '
            f'<tspan class="soft">{took}</tspan></text>'
        )
    return found


def _style(code: str) -> tuple[str, str, str]:
    return FEATURES.get(code, (code.replace("_", " "), *_OTHER[1:]))


def _class(code: str) -> str:
    return f"f-{code.replace('_', '-')}"


def _rule(code: str, colour: str) -> str:
    return f".{_class(code)}{{fill:{colour}}}"
