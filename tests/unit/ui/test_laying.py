"""How a part lies, in words: what is better, by how much, and what its inside says."""

from typing import Any

from httpx import AsyncClient

from tests.unit.ui.gateway_double import GatewayDouble
from ui.editor.laying import told


def way(code: str, rotation: list[float], seconds: float, support: float) -> dict[str, Any]:
    return {"code": code, "rotation": rotation, "printSeconds": seconds, "supportMm3": support}


def analysis(**changes: Any) -> dict[str, Any]:
    return {
        "smallestWallMm": 1.2,
        "trappedMm3": 0.0,
        "orientations": [
            way("as_given", [0, 0, 0], 10_800, 8_400),
            way("least_support", [90, 0, 0], 7_800, 0),
        ],
        **changes,
    }


def test_a_better_way_is_told_with_what_it_saves() -> None:
    found = told(analysis(), (0.0, 0.0, 0.0))
    (better,) = found.ways
    assert (better.title, better.turn) == ("Least support", "turned 90° about x")
    assert better.gain == "2 h 10 min instead of 3 h, support 0 mm³ instead of 8.4 cm³"
    assert better.fields == {"rx": "90", "ry": "0", "rz": "0"}
    assert found.lies is None


def test_a_way_that_saves_nothing_is_not_told() -> None:
    lowest = way("least_height", [0, 90, 0], 10_900, 9_000)
    ways = [way("as_given", [0, 0, 0], 10_800, 8_400), lowest]
    assert told(analysis(orientations=ways), (0.0, 0.0, 0.0)).ways == []


def test_turns_are_told_in_whole_degrees_and_chosen_exactly() -> None:
    ways = [way("as_given", [0, 0, 0], 100, 0), way("least_height", [270, -21.43, 180], 50, 0)]
    (lowest,) = told(analysis(orientations=ways), (0.0, 0.0, 0.0)).ways
    assert lowest.turn == "turned -90° about x, -21° about y, 180° about z"
    assert lowest.fields == {"rx": "270", "ry": "-21.43", "rz": "180"}


def test_a_part_that_lies_well_is_offered_the_way_back_only() -> None:
    found = told(analysis(), (-270.0, 360.0, 0.0))
    assert found.lies == "Least support"
    assert [one.title for one in found.ways] == ["As in the file"]


def test_a_turn_that_was_not_compared_is_compared_with_nothing() -> None:
    assert told(analysis(), (45.0, 0.0, 0.0)).ways == []


def test_walls_and_trapped_space_are_told() -> None:
    found = told(analysis(smallestWallMm=0.5, trappedMm3=1_200.0), (0.0, 0.0, 0.0))
    assert found.facts == [
        ("Thinnest wall", "about 0.5 mm"),
        ("Hollow with no way out", "1.2 cm³"),
    ]
    assert told(analysis(smallestWallMm=None), (0.0, 0.0, 0.0)).facts == []


async def test_the_page_turns_the_part_by_a_plain_link(
    browser: AsyncClient, gateway: GatewayDouble
) -> None:
    gateway.models["m1"]["analysis"] = analysis() | {"orientations": analysis()["orientations"]}
    page = (await browser.get("/editor/m1?quantity=3")).text
    assert "Lay it so" in page
    assert "quantity=3&amp;scale=100&amp;rx=90&amp;ry=0&amp;rz=0" in page
    turned = (await browser.get("/editor/m1?quantity=3&rx=90&ry=0&rz=0")).text
    assert "It lies with the least support." in turned
    part = await browser.get("/editor/m1", headers={"HX-Request": "true", "HX-Target": "quote"})
    assert 'id="laying" class="stack" hx-swap-oob="true"' in part.text


async def test_no_way_is_told_before_there_is_a_price(
    browser: AsyncClient, gateway: GatewayDouble
) -> None:
    gateway.models["m1"]["analysis"] = analysis()
    gateway.quote_status = "COMPUTING"
    assert "Lay it so" not in (await browser.get("/editor/m1")).text
