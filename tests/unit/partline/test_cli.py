"""The command line."""

import json
import socket
from pathlib import Path

import pytest
import trimesh
from typer.testing import CliRunner

from jobs.models.samples import sample_names
from partline.cli import app
from partline.home import HOME_VARIABLE

COMMANDS = (
    "up", "down", "status", "demo", "migrate", "seed", "serve", "worker", "price", "calibrate",
    "secrets", "sample", "gateway", "compose", "plan", "dlq", "events",
)  # fmt: skip


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "state"))


def _run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def test_the_help_tells_of_every_command_and_where_things_are() -> None:
    exit_status, said = _run("--help")
    assert exit_status == 0
    for word in (*COMMANDS, "PARTLINE_HOME", "PORT", ".partline/"):
        assert word in said


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    exit_status, said = _run(command, "--help")
    assert exit_status == 0
    assert len(said.splitlines()) > 5


@pytest.mark.parametrize(
    "arguments",
    [
        ("serve", "shoes"),
        ("worker", "regular", "fast"),
        ("price", "box.stl", "--profile", "coarse"),
        ("price", "box.stl", "--units", "yard"),
        ("dlq", "list", "--service", "shoes"),
        ("dlq", "list", "--consumer", "shoes"),
        ("events", "replay", "shoes", "--all"),
    ],
)
def test_a_name_that_does_not_exist_is_answered_with_those_that_do(
    arguments: tuple[str, ...],
) -> None:
    exit_status, said = _run(*arguments)
    assert exit_status == 2
    assert "one of" in said


@pytest.mark.parametrize(
    "arguments",
    [
        ("dlq", "redrive"),
        ("dlq", "discard", "--reason", "noise"),
        ("dlq", "redrive", "018f0000-0000-7000-8000-000000000001", "--all"),
        ("events", "replay", "shop"),
    ],
)
def test_acting_on_everything_has_to_be_said(arguments: tuple[str, ...]) -> None:
    exit_status, said = _run(*arguments)
    assert exit_status == 2
    assert "by options" in said


@pytest.mark.parametrize("time", ["yesterday", "2 h", "25:00"])
def test_what_is_no_time_is_answered_with_how_one_is_written(time: str) -> None:
    exit_status, said = _run("events", "replay", "shop", "--since", time)
    assert exit_status == 2
    assert "30m" in said


@pytest.mark.parametrize(
    "arguments",
    [("dlq", "list"), ("dlq", "redrive", "--all"), ("events", "replay", "shop", "--all")],
)
def test_a_setting_that_is_missing_is_named(arguments: tuple[str, ...]) -> None:
    exit_status, said = _run(*arguments)
    assert exit_status == 1
    assert "PARTLINE_DATABASE_URLS is not set" in said


def test_down_and_status_say_that_nothing_runs() -> None:
    assert _run("down") == (0, "Partline does not run from this folder.\n")
    exit_status, said = _run("status")
    assert exit_status == 1
    assert "Start it with `make up`" in said


def test_a_price_explains_itself_line_by_line(tmp_path: Path) -> None:
    model = tmp_path / "box.stl"
    trimesh.creation.box((20, 20, 10)).export(model)
    exit_status, said = _run("price", str(model), "--material", "PLA", "--quantity", "3")
    assert exit_status == 0, said
    assert "Material: " in said
    assert "total for 3" in said


def test_a_file_that_is_no_model_fails_alone(tmp_path: Path) -> None:
    model, text = tmp_path / "box.stl", tmp_path / "text.stl"
    trimesh.creation.box((20, 20, 10)).export(model)
    text.write_text("hello")
    exit_status, said = _run("price", "--json", str(model), str(text))
    answers = {Path(line["file"]).name: line for line in map(json.loads, said.splitlines())}
    assert exit_status == 1
    assert answers["text.stl"]["error"]["code"] == "NOT_A_MODEL"
    assert answers["box.stl"]["print_time_s"] > 0


def test_the_help_names_every_sample() -> None:
    _, said = _run("sample", "--help")
    assert all(name in said for name in sample_names())


def test_a_folder_is_no_model_and_the_answer_says_so(tmp_path: Path) -> None:
    exit_status, said = _run("price", str(tmp_path))
    assert exit_status == 1
    assert "is a folder" in said


def test_a_state_folder_that_cannot_be_made_is_answered_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "file" / "state"))
    exit_status, said = _run("up")
    assert exit_status == 1
    assert "Set PARTLINE_HOME" in said


@pytest.mark.parametrize("command", [("serve", "shop"), ("worker", "regular"), ("migrate",)])
def test_a_setting_that_cannot_be_read_is_named(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTLINE_DATABASE_POOL", "many")
    exit_status, said = _run(*command)
    assert exit_status == 1
    assert "PARTLINE_DATABASE_POOL: " in said
    assert "Traceback" not in said


def test_migrating_a_database_that_is_away_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        url = f"postgresql://shop:secret@127.0.0.1:{closed.getsockname()[1]}/shop"
        monkeypatch.setenv("PARTLINE_DATABASE_URLS", json.dumps({"shop": url}))
        exit_status, said = _run("migrate")
    assert exit_status == 1
    assert "A server cannot be reached" in said
    assert "secret" not in said


@pytest.mark.parametrize("time", ["yesterday", "99999999d", "5", "2026-13-01"])
def test_what_is_no_time_is_answered_with_how_to_write_one(time: str) -> None:
    exit_status, said = _run("events", "replay", "shop", "--since", time)
    assert exit_status == 2
    assert "is no time" in said
    assert "90s" in said
