"""A real browser against a whole system."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, sync_playwright

from jobs.models.samples import write_sample
from tests.system import PASSWORD, System

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 30_000
EXPECTED = (
    "status of 4",  # the browser tells of a refusal
    "Error Code 4",  # so does htmx
    "Transition was aborted",  # a page was left while it faded in
)

OpenPage = Callable[..., Page]


def chromium() -> str | None:
    """Where the machine's Chromium is, if it has one."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for these tests and no longer: its driver occupies the event loop."""
    program = chromium()
    if program is None:
        pytest.skip("no Chromium on this machine: install the package `chromium`")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser, system: System) -> Iterator[OpenPage]:
    """`open_page(email="crm", scripts=True, width=1280)`: a page of a new browser profile.

    An error on the page's console fails the test.
    """
    contexts, complaints = [], []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(said in message.text for said in EXPECTED):
            complaints.append(message.text)

    def complain(error: Error) -> None:
        if not any(said in str(error) for said in EXPECTED):
            complaints.append(str(error))

    def open_one(
        email: str | None = None, *, scripts: bool = True, width: int = 1280, dark: bool = False
    ) -> Page:
        context = browser.new_context(
            base_url=system.address,
            java_script_enabled=scripts,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", complain)
        if email is not None:
            page.goto("/sign-in")
            page.get_by_label("Email").fill(f"{email}@partline.example")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("main").get_by_role("button", name="Sign in").click()
            page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def part(tmp_path: Path) -> Path:
    """A bracket as STL."""
    return write_sample("bracket", tmp_path / "bracket.stl")
