"""A shopper in a browser: from a file to a parcel that he can follow."""

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.rubbish import huge_part, text_named_stl, truncated_stl, zip_bomb_3mf


def upload(page: Page, part: Path) -> None:
    page.goto("/editor")
    page.locator("input[type=file]").set_input_files(part)
    page.wait_for_url("**/editor/*-*")


def test_a_visitor_uploads_a_part_sees_its_price_registers_and_orders(
    open_page: OpenPage, part: Path
) -> None:
    page = open_page()
    upload(page, part)
    expect(page.get_by_text("60 × 40 × 50 mm").first).to_be_visible()
    expect(page.get_by_text("Machine time").first).to_be_visible()
    expect(page.locator("canvas")).to_be_visible()
    page.get_by_role("button", name="Add to basket").click()
    page.goto("/basket")
    page.get_by_role("link", name="Make an account").click()
    page.get_by_label("Name").fill("Vera Visitor")
    page.get_by_label("Email").fill(f"{uuid.uuid4().hex}@partline.example")
    page.get_by_label("Password").fill("a long enough password")
    page.get_by_role("button", name="Make the account").click()
    page.wait_for_url("**/basket*")
    for label, value in (
        ("Name", "Vera Visitor"),
        ("Street and number", "1 Lathe Lane"),
        ("Postal code", "12345"),
        ("City", "Milltown"),
        ("Country", "DE"),
    ):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Place the order for").click()
    page.wait_for_url("**/orders/*")
    expect(page.get_by_text("Confirmed").first).to_be_visible()


def test_the_price_follows_the_quantity_and_the_material_without_a_reload(
    open_page: OpenPage,
) -> None:
    page = open_page()
    page.goto("/products/bracket")
    total = page.locator("#quote")
    expect(total.get_by_text("€").first).to_be_visible()
    one = total.inner_text()
    page.get_by_label("Quantity").fill("10")
    page.get_by_label("Quantity").press("Tab")
    expect(total).to_contain_text("10 pieces")
    ten = total.inner_text()
    page.get_by_role("radio", name="Nylon PA12").check()
    expect(total).not_to_have_text(ten)
    assert one != ten
    assert "quantity=10" in page.url


def test_a_shorter_lead_time_costs_more_and_the_price_says_why(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/products/bracket")
    total = page.locator("#quote")
    expect(total.get_by_text("Final price")).to_be_visible()
    before = total.inner_text()
    page.get_by_role("radio", name="2 working days").check()
    expect(total).not_to_have_text(before)
    expect(page.locator("#why")).to_contain_text("Sent within 2 working days")
    assert "leadTime=express" in page.url


def test_scale_changes_the_size_that_is_shown(open_page: OpenPage, part: Path) -> None:
    page = open_page()
    upload(page, part)
    page.get_by_label("Scale").first.fill("50")
    page.get_by_label("Scale").first.press("Tab")
    expect(page.locator("#dimensions")).to_contain_text("30 × 20 × 25 mm")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("letter.stl", text_named_stl, "NOT_A_MODEL"),
        ("cut.stl", truncated_stl, "TRUNCATED"),
        ("bomb.3mf", zip_bomb_3mf, "ZIP_BOMB"),
    ],
)
def test_a_file_that_is_no_part_is_told_why_in_the_editor(
    open_page: OpenPage, tmp_path: Path, name: str, content: Callable[[], bytes], code: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content())
    page = open_page()
    upload(page, file)
    expect(page.get_by_text("This file cannot be made")).to_be_visible()
    expect(page.get_by_text(code)).to_be_visible()


def test_an_empty_file_is_told_so_before_anything_is_sent(
    open_page: OpenPage, tmp_path: Path
) -> None:
    file = tmp_path / "empty.stl"
    file.touch()
    page = open_page()
    page.goto("/editor")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("empty", exact=False).last).to_contain_text("The file is empty")


def test_a_part_larger_than_every_machine_is_told_what_to_do(
    open_page: OpenPage, tmp_path: Path
) -> None:
    file = tmp_path / "barn.stl"
    file.write_bytes(huge_part())
    page = open_page()
    upload(page, file)
    expect(page.locator("#quote")).to_contain_text("5000")
    expect(page.get_by_role("button", name="Add to basket")).to_be_disabled()


def test_everything_but_the_3d_view_works_without_javascript(
    open_page: OpenPage, part: Path
) -> None:
    page = open_page("shopper", scripts=False)
    page.goto("/editor")
    page.locator("input[type=file]").set_input_files(part)
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/editor/*-*")
    for _ in range(100):
        if page.get_by_role("button", name="Add to basket").count():
            break
        page.reload()
    page.get_by_role("button", name="Add to basket").click()
    page.goto("/basket")
    expect(page.get_by_text("bracket.stl").first).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/materials", "/editor", "/products/ring", "/sign-in"])
@pytest.mark.parametrize("dark", [False, True])
def test_pages_fit_a_phone_in_light_and_dark(open_page: OpenPage, path: str, dark: bool) -> None:
    page = open_page(width=360, dark=dark)
    page.goto(path)
    width = page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= 360
