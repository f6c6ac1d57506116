"""The editor in a browser: a repair is accepted, a unit is chosen, no foreign file is parsed."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from jobs.meshes.stl import write_binary
from jobs.models.samples import sample_triangles
from tests.browser.conftest import OpenPage
from tests.open_surfaces import write_open_gear
from tests.unit.jobs.steps import cylinder

PHONE = 390
PATIENCE_S = 120.0


def upload(page: Page, part: Path, *, scripts: bool = True) -> None:
    page.goto("/editor")
    page.locator("input[type=file]").set_input_files(part)
    if not scripts:
        page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/editor/*-*")
    look_until_ready(page)


def look_until_ready(page: Page) -> None:
    """Where there is no script, the page does not go on by itself."""
    deadline = time.monotonic() + PATIENCE_S
    again = page.get_by_role("link", name="Look again")
    while time.monotonic() < deadline and again.is_visible():
        again.click()
    expect(page.locator("#choices")).to_be_visible(timeout=PATIENCE_S * 1000)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_repair_is_accepted_on_a_phone_by_keyboard_and_can_be_taken_back(
    open_page: OpenPage, tmp_path: Path, scripts: bool
) -> None:
    page = open_page(scripts=scripts, width=PHONE)
    upload(page, write_open_gear(tmp_path / "gear.stl"), scripts=scripts)
    original = page.url
    expect(page.get_by_text("This part can be repaired.")).to_be_visible()
    expect(page.get_by_text("open edges would be closed")).to_be_visible()
    expect(page.locator("#dimensions")).to_contain_text("Not watertight")
    page.get_by_role("button", name="Repair the part").press("Enter")
    page.wait_for_url(lambda url: "/editor/" in url and url != original)
    look_until_ready(page)
    expect(page.get_by_text("This is the repaired part.")).to_be_visible()
    expect(page.locator("#dimensions")).not_to_contain_text("Not watertight")
    page.get_by_role("link", name="Back to gear.stl").press("Enter")
    expect(page.get_by_text("There is a repaired form of this part.")).to_be_visible()
    assert page.url.split("?")[0] == original.split("?")[0]
    expect(page.get_by_role("button", name="Repair the part")).to_have_count(0)


def test_a_tiny_part_asks_for_its_unit_until_one_is_chosen(
    open_page: OpenPage, tmp_path: Path
) -> None:
    write_binary(sample_triangles("bracket") * 0.03, tmp_path / "bracket.stl")
    page = open_page(width=PHONE)
    upload(page, tmp_path / "bracket.stl")
    question = page.locator("#units-question")
    expect(question).to_contain_text("1.8 × 1.2 × 1.5 mm")
    expect(question).to_contain_text("45.72 × 30.48 × 38.1 mm")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE
    question.get_by_role("link", name="Centimetres").press("Enter")
    page.wait_for_url("**units=CM**")
    expect(page.locator("#units-question")).to_be_empty()
    expect(page.locator("#dimensions")).to_contain_text("18 × 12 × 15 mm")


def test_the_browser_gets_a_mesh_of_ours_and_never_the_file_itself(
    open_page: OpenPage, tmp_path: Path
) -> None:
    (tmp_path / "shaft.step").write_bytes(cylinder(8, 40))
    page = open_page()
    bodies: list[bytes] = []
    page.on("requestfinished", lambda sent: bodies.append(_body(sent.response())))
    upload(page, tmp_path / "shaft.step")
    expect(page.locator("canvas")).to_be_visible()
    expect(page.locator("#dimensions")).to_contain_text("40 mm")
    assert any(body.startswith(b"glTF") and b"Partline" in body[:400] for body in bodies)
    assert not any(b"ISO-10303-21" in body for body in bodies)


def _body(response: object) -> bytes:
    read = getattr(response, "body", None)
    return read() if read is not None else b""
