"""What the documents name exists."""

import re
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from partline.cli import app
from shared.settings import Settings

ROOT = Path(__file__).parents[2]
DELIVERY = "docs/operations/delivery.md"
GUIDES = ("README.md", "docs/gateway.md", "docs/guide.md", "docs/operations.md", DELIVERY)
PACKAGES = ("db", "deploy", "docs", "gateway", "jobs", "partline", "shared", "subgraphs", "tests")
DOCUMENTS = sorted(
    document
    for pattern in ("*.md", "docs/**/*.md", "gateway/**/*.md", "ui/**/*.md")
    for document in ROOT.glob(pattern)
)


def _named(text: str) -> set[str]:
    """Paths in backquotes that start at the root of the repository and are spelt out."""
    folders = "|".join((*PACKAGES, "ui"))
    return set(re.findall(rf"`((?:{folders})/[\w./-]+)`", text))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", document.read_text())
    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("name", GUIDES)
def test_files_that_a_guide_names_are_there(name: str) -> None:
    assert sorted(path for path in _named((ROOT / name).read_text()) if not _is(path)) == []


def test_the_tests_that_are_named_as_proof_exist() -> None:
    named = set(re.findall(r"`(test_\w+?)(?:\.py)?`", (ROOT / DELIVERY).read_text()))
    files = list((ROOT / "tests").rglob("test_*.py"))
    there = {path.stem for path in files}
    there |= {test for path in files for test in re.findall(r"def (test_\w+)", path.read_text())}
    assert named
    assert sorted(named - there) == []


def _is(path: str) -> bool:
    return (ROOT / path).exists()


def test_every_setting_is_explained() -> None:
    explained = set(re.findall(r"`([A-Z0-9_]+)`", (ROOT / "docs/operations.md").read_text()))
    assert {name.upper() for name in Settings.model_fields} <= explained


def test_every_decision_is_in_the_index() -> None:
    index = (ROOT / "docs/decisions/README.md").read_text()
    records = [path.name for path in (ROOT / "docs/decisions").glob("[0-9]*.md")]
    assert len(records) >= 13
    assert [name for name in records if f"]({name})" not in index] == []


def test_every_dependency_is_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    record = (ROOT / "docs/decisions/0003-dependencies.md").read_text()
    names = [re.split(r"[^a-z0-9-]", name)[0] for name in project["dependencies"]]
    assert [name for name in names if name not in record] == []


def test_the_commands_that_the_guides_show_are_commands() -> None:
    known = set(get_command(app).commands)  # type: ignore[attr-defined]
    shown = {
        word
        for name in GUIDES
        for word in re.findall(r"`(?:\.venv/bin/)?partline ([a-z]+)", (ROOT / name).read_text())
    }
    assert shown <= known
    assert len(shown) >= 4


def test_the_options_that_the_page_of_the_gateway_shows_are_options() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    known = {"--help"} | {
        option
        for name in ("gateway", "compose", "plan")
        for parameter in commands[name].params
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    shown = set(re.findall(r"(?<=[` ])--[a-z][a-z-]*", (ROOT / "docs/gateway.md").read_text()))
    assert {"--subgraphs", "--max-cost"} <= shown <= known


def test_the_make_targets_that_the_guides_show_are_targets() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    shown = {
        word
        for name in GUIDES
        for word in re.findall(r"(?:`|^    )make ([a-z-]+)", (ROOT / name).read_text(), re.M)
    }
    assert {"up", "test", "schemas"} <= shown <= targets
