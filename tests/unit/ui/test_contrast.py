"""The palette keeps WCAG AA in light and in dark: 4.5 for text, 3 for the borders of controls."""

import re
from pathlib import Path

import pytest

import ui

CSS = (Path(ui.__file__).parent / "static" / "partline.css").read_text()
TEXT = [
    ("ink", "paper"),
    ("ink", "surface"),
    ("ink", "sunk"),
    ("ink", "quiet-soft"),
    ("muted", "paper"),
    ("muted", "surface"),
    ("accent", "surface"),
    ("accent", "paper"),
    ("accent", "accent-soft"),
    ("muted", "accent-soft"),
    ("ink", "warn-soft"),
    ("ink", "bad-soft"),
    ("on-primary", "primary"),
    ("surface", "good"),
    ("bad", "surface"),
    *((tone, f"{tone}-soft") for tone in ("good", "warn", "bad", "busy")),
]
BORDERS = [("line-strong", "surface"), ("line-strong", "paper"), ("signal", "surface")]


def tokens(start: str) -> dict[str, str]:
    block = CSS[CSS.index(start) :]
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block[: block.index("}")]))


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [":root {", ':root[data-theme="dark"] {'])
def test_text_and_controls_stand_out(theme: str) -> None:
    palette = tokens(theme)
    weak = [
        (front, back, round(contrast(palette[front], palette[back]), 2))
        for pairs, least in ((TEXT, 4.5), (BORDERS, 3.0))
        for front, back in pairs
        if contrast(palette[front], palette[back]) < least
    ]
    assert weak == []


def test_dark_is_the_same_whether_the_system_or_the_person_asks_for_it() -> None:
    assert tokens(':root:not([data-theme="light"]) {') == tokens(':root[data-theme="dark"] {')
