"""The picture of where the printing time goes."""

from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest

from jobs.meshes import Mesh
from jobs.pricing.analyse import analyse_placed, placed
from jobs.pricing.estimate import Estimate
from jobs.pricing.explain import MOST_BANDS, time_by_height
from jobs.pricing.explain_svg import FEATURES, drawn
from jobs.pricing.heights import TimeByHeight
from jobs.pricing.profiles import FdmProfile, profile
from partline.commands.picture import draw
from tests.unit.jobs.solids import box

SVG = "{http://www.w3.org/2000/svg}"
CHART = TimeByHeight(
    height_mm=1.0,
    band_mm=0.4,
    seconds={"perimeter": [4.0, 2.0, 1.0], "support": [0.0, 6.0, 0.0], "skirt": [0.01, 0, 0]},
)


def _fdm() -> FdmProfile:
    found = profile("fdm-020")
    assert isinstance(found, FdmProfile)
    return found


def _picture(name: str = "part.stl") -> Element:
    return fromstring(drawn(CHART, name))


def test_the_times_over_the_height_add_up_to_the_estimate() -> None:
    part = placed(Mesh(box(20, 20, 60), "mm", "stl", 1))
    chart = time_by_height(part, _fdm(), supports=True)
    assert chart is not None
    found = analyse_placed(part, _fdm())
    told = {use.code: use.time_s for use in found.features if use.time_s and use.code != "start"}
    assert {code: sum(band) for code, band in chart.seconds.items()} == pytest.approx(told)
    assert len(next(iter(chart.seconds.values()))) <= MOST_BANDS < found.layers
    assert chart.height_mm == pytest.approx(60)
    assert TimeByHeight.from_dict(chart.to_dict()) == chart


def test_every_kind_of_line_that_an_estimate_has_is_named_in_words() -> None:
    part = placed(Mesh(box(20, 20, 10), "mm", "stl", 1))
    chart = time_by_height(part, _fdm(), supports=True)
    assert chart is not None
    assert set(chart.seconds) <= set(FEATURES)


def test_a_part_that_fits_no_machine_has_no_picture() -> None:
    part = placed(Mesh(box(2000, 20, 10), "mm", "stl", 1))
    assert time_by_height(part, _fdm(), supports=True) is None


def test_the_picture_tells_those_who_do_not_see_it() -> None:
    picture = _picture()
    assert picture.get("role") == "img"
    named = (picture.get("aria-labelledby") or "").split()
    texts = {one.get("id"): one.text or "" for one in picture if one.get("id")}
    assert texts[named[0]] == "Where the printing time of part.stl goes"
    assert "inner walls 54 %" in texts["desc"]
    assert "supports 46 %" in texts["desc"]
    assert "skirt" not in texts["desc"]
    assert "Slowest at 0.4 mm" in texts["desc"]


def test_the_picture_is_readable_in_light_and_dark() -> None:
    style = _picture().findtext(f"{SVG}style") or ""
    light, dark = style.split("@media (prefers-color-scheme:dark)")
    for code in CHART.seconds:
        rule = f".f-{code}{{fill:"
        assert rule in light
        assert rule in dark
    assert ".paper{fill:#fff}" in light
    assert ".paper{fill:#14181c}" in dark


def test_a_name_cannot_put_anything_into_the_picture() -> None:
    picture = _picture("<script>alert(1)</script>&.stl")
    assert picture.find(f".//{SVG}script") is None
    assert "<script>" in (picture.findtext(f"{SVG}title") or "")


def test_every_colour_is_beside_its_name_and_time() -> None:
    picture = _picture()
    squares = [one.get("class") for one in picture.findall(f"{SVG}rect")][1:]
    assert squares == ["f-perimeter", "f-support", "f-skirt"]
    assert {path.get("class") for path in picture.findall(f"{SVG}path")} >= set(squares)
    words = ["".join(one.itertext()) for one in picture.findall(f"{SVG}text")]
    assert {"inner walls 7 s", "supports 6 s"} <= set(words)


def test_no_file_is_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    one = Estimate("somewhere/part.stl", by_height=CHART)
    assert [draw(one), draw(one)] == ["part.stl.svg", "part.stl-2.svg"]
    assert draw(Estimate("part.stl")) is None
    assert {file.name for file in tmp_path.iterdir()} == {"part.stl.svg", "part.stl-2.svg"}
