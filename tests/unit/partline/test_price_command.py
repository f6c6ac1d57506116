"""What `partline price` promises to those who call it, asked of the command itself."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
import trimesh

from tests import rubbish

PARTLINE = (sys.executable, "-m", "partline", "price")
ASKED = ("--profile", "fdm-020", "--supports", "auto", "--json")
FIELDS = {
    "file", "print_time_s", "print_time_interval_s", "material_mm3", "material_interval_mm3",
    "support_mm3", "closed", "review", "cpu_s",
}  # fmt: skip
NO_NETWORK = """
import os, sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.bind"):
        os.write(2, f"network: {event} {arguments}".encode())
        os._exit(99)

sys.addaudithook(refuse)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    trimesh.creation.box((20, 20, 10)).export(tmp_path / "box.stl")
    (tmp_path / "text.stl").write_bytes(rubbish.text_named_stl())
    return tmp_path


def _call(folder: Path, *arguments: str | bytes, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PARTLINE, *arguments], cwd=folder, capture_output=True, text=True, check=False, **more
    )


def _answers(said: str) -> dict[str, dict[str, Any]]:
    return {answer["file"]: answer for answer in map(json.loads, said.splitlines())}


def test_each_file_is_answered_in_one_line_with_the_promised_fields(folder: Path) -> None:
    done = _call(folder, "box.stl", *ASKED)
    assert (done.returncode, done.stderr) == (0, "")
    (answer,) = _answers(done.stdout).values()
    assert set(answer) == FIELDS
    assert answer["file"] == "box.stl"
    assert answer["closed"] is True
    assert answer["review"] == []
    assert answer["support_mm3"] == 0
    assert answer["cpu_s"] > 0
    for value, interval in (
        ("print_time_s", "print_time_interval_s"),
        ("material_mm3", "material_interval_mm3"),
    ):
        low, high = answer[interval]
        assert 0 < low < answer[value] < high


def test_supports_are_printed_only_when_they_are_asked_for(folder: Path) -> None:
    table = trimesh.util.concatenate(
        [
            trimesh.creation.box(bounds=[[0, 0, 0], [5, 5, 22]]),
            trimesh.creation.box(bounds=[[0, 0, 20], [40, 40, 22]]),
        ]
    )
    table.export(folder / "table.stl")
    with_supports = _answers(_call(folder, "table.stl", *ASKED).stdout)["table.stl"]
    without = _answers(_call(folder, "table.stl", "--supports", "none", "--json").stdout)[
        "table.stl"
    ]
    assert without["support_mm3"] == 0 < with_supports["support_mm3"]
    assert without["material_mm3"] < with_supports["material_mm3"]


def test_with_a_material_and_a_quantity_the_price_and_its_reasons_come_along(folder: Path) -> None:
    done = _call(folder, "box.stl", *ASKED, "--material", "PLA", "--quantity", "10")
    answer = _answers(done.stdout)["box.stl"]
    assert set(answer) == FIELDS | {"price", "breakdown"}
    assert answer["price"]["quantity"] == 10
    assert answer["price"]["low_minor"] < answer["price"]["total_minor"]
    amounts = [line["amount_minor"] for line in answer["breakdown"]]
    assert sum(amounts) == answer["price"]["total_minor"]
    assert all(line["explanation"] for line in answer["breakdown"])


def test_a_profile_that_is_named_is_what_the_estimate_is_of(folder: Path) -> None:
    plain = _answers(_call(folder, "box.stl", *ASKED).stdout)["box.stl"]
    priced = _answers(_call(folder, "box.stl", *ASKED, "--material", "PA12").stdout)["box.stl"]
    assert priced["print_time_s"] == plain["print_time_s"]
    assert priced["price"]["total_minor"] > 0


def test_what_only_a_person_can_estimate_is_null_and_says_so(folder: Path) -> None:
    done = _call(folder, "box.stl", "--profile", "cnc", "--supports", "auto", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    (answer,) = _answers(done.stdout).values()
    assert set(answer) == FIELDS
    unknown = {name for name in FIELDS if answer[name] is None}
    assert unknown == {
        "print_time_s", "print_time_interval_s", "material_mm3", "material_interval_mm3",
        "support_mm3",
    }  # fmt: skip
    assert answer["closed"]
    assert "priced by a person" in answer["review"][0]
    assert "0 s" not in _call(folder, "box.stl", "--profile", "cnc").stdout


def test_a_material_is_priced_with_its_first_finish_unless_another_is_said(folder: Path) -> None:
    done = _call(folder, "box.stl", "--material", "ALU-6082", "--json")
    assert json.loads(done.stdout)["error"]["code"] == "ASK_A_PERSON"
    done = _call(folder, "box.stl", "--material", "PLA", "--json")
    plain = json.loads(done.stdout)["price"]
    done = _call(folder, "box.stl", "--material", "PLA", "--finish", "sanded", "--json")
    assert json.loads(done.stdout)["price"]["total_minor"] > plain["total_minor"]


def test_rubbish_gets_a_stable_code_and_the_others_are_still_done(folder: Path) -> None:
    written = {
        "empty.stl": b"",
        "truncated.stl": rubbish.truncated_stl(),
        "bomb.3mf": rubbish.zip_bomb_3mf(),
        "noise.stl": bytes(range(256)) * 64,
    }
    for name, content in written.items():
        (folder / name).write_bytes(content)
    (folder / "folder.stl").mkdir()
    os.mkfifo(folder / "pipe.stl")
    (folder / "loop.stl").symlink_to("loop.stl")
    names = [*written, "folder.stl", "pipe.stl", "loop.stl", "gone.stl", "x" * 300, "text.stl"]
    done = _call(folder, *names, "box.stl", *ASKED)
    answers = _answers(done.stdout)
    assert done.returncode == 1
    assert set(answers) == {*names, "box.stl"}
    assert answers["box.stl"]["print_time_s"] > 0
    for name in names:
        assert set(answers[name]) == {"file", "error"}, name
        assert answers[name]["error"]["message"].endswith(".")
    assert {name: answers[name]["error"]["code"] for name in names} == {
        "empty.stl": "EMPTY_FILE",
        "truncated.stl": "TRUNCATED",
        "bomb.3mf": "ZIP_BOMB",
        "noise.stl": "NOT_A_MODEL",
        "folder.stl": "NO_FILE",
        "pipe.stl": "NO_FILE",
        "loop.stl": "NO_FILE",
        "gone.stl": "NO_FILE",
        "x" * 300: "FILE_UNREADABLE",
        "text.stl": "NOT_A_MODEL",
    }


def test_a_file_is_named_in_its_answer_as_it_was_in_the_call(folder: Path) -> None:
    names = ["a part.stl", "two\nlines.stl", "-led.stl", "ünï ☃.stl", "'\"$(x).stl"]
    for name in names:
        shutil.copy(folder / "box.stl", folder / name)
    done = _call(folder, *ASKED, "--", *names, "./box.stl", ".//box.stl")
    assert done.returncode == 0, done.stderr
    assert set(_answers(done.stdout)) == {*names, "./box.stl", ".//box.stl"}
    assert len(done.stdout.splitlines()) == len(names) + 2


def test_a_name_that_is_no_text_is_read_all_the_same(folder: Path) -> None:
    name = b"part-\xff.stl"
    try:
        (folder / "box.stl").rename(os.fsdecode(os.fsencode(folder) + b"/" + name))
    except OSError:
        pytest.skip("this file system has names of text only")
    done = _call(folder, name, *ASKED)
    assert done.returncode == 0, done.stderr
    (answered,) = _answers(done.stdout)
    assert os.fsencode(answered) == name
    assert _call(folder, name).returncode == 0


def test_a_table_shows_no_control_characters_of_a_name(folder: Path) -> None:
    (folder / "box.stl").rename(folder / "red\x1b[31m\nbox.stl")
    done = _call(folder, "red\x1b[31m\nbox.stl")
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    assert "red\\x1b[31m\\nbox.stl" in done.stdout


def test_fifty_files_are_all_answered(folder: Path) -> None:
    names = [f"{number}.stl" for number in range(50)]
    for number, name in enumerate(names):
        trimesh.creation.box((10 + number / 10, 10, 5)).export(folder / name)
    done = _call(folder, *names, *ASKED)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 50
    assert set(_answers(done.stdout)) == set(names)


def test_an_answer_is_written_as_soon_as_it_is_ready(folder: Path) -> None:
    with _stuck(folder / "stuck.stl"), _started(folder, "box.stl", "stuck.stl") as command:
        assert _first_answer(command)["file"] == "box.stl"
        assert command.poll() is None


def test_a_reader_that_leaves_early_ends_the_command_without_a_complaint(folder: Path) -> None:
    with _started(folder, "box.stl", "stuck.stl") as command:
        with _stuck(folder / "stuck.stl"):
            _first_answer(command)
            helpers = _computing(command)
            assert command.stdout is not None
            command.stdout.close()
        _ends(command, helpers, status=1, saying="")


def test_an_interruption_ends_the_command_and_all_its_computations(folder: Path) -> None:
    with _stuck(folder / "stuck.stl"), _started(folder, "stuck.stl") as command:
        helpers = _computing(command)
        command.send_signal(signal.SIGINT)
        _ends(command, helpers, status=130, saying="")


def test_neither_a_network_nor_a_server_is_needed(folder: Path) -> None:
    inside = folder / "inside"
    inside.mkdir()
    (inside / "sitecustomize.py").write_text(NO_NETWORK)
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(inside)}
    tried = subprocess.run(
        [sys.executable, "-c", "import socket; socket.create_connection(('127.0.0.1', 9))"],
        env=environment,
        check=False,
        capture_output=True,
    )
    assert tried.returncode == 99
    done = _call(folder, "box.stl", *ASKED, "--material", "PLA", env=environment)
    assert done.returncode == 0, done.stderr
    assert "network" not in done.stderr
    assert {entry.name for entry in folder.iterdir()} == {"box.stl", "text.stl", "inside"}


def test_where_the_time_goes_is_drawn_beside_the_estimate(folder: Path) -> None:
    done = _call(folder, "box.stl", "text.stl", *ASKED, "--explain")
    answers = _answers(done.stdout)
    assert answers["box.stl"]["picture"] == "box.stl.svg"
    assert "picture" not in answers["text.stl"]
    assert "</svg>" in (folder / "box.stl.svg").read_text()
    assert not (folder / "text.stl.svg").exists()


def test_the_computing_time_of_a_file_is_that_of_its_own_process(folder: Path) -> None:
    _large(folder / "large.stl")
    answers = _answers(_call(folder, "box.stl", "large.stl", *ASKED).stdout)
    assert answers["box.stl"]["cpu_s"] < answers["large.stl"]["cpu_s"]


def _large(path: Path) -> None:
    trimesh.creation.icosphere(subdivisions=7, radius=60).export(path)


@contextmanager
def _stuck(path: Path) -> Iterator[None]:
    """A file whose opening takes until the end of the block: its holder does not let go."""
    path.write_bytes(rubbish.truncated_stl())
    holder = os.open(path, os.O_RDWR)
    try:
        fcntl.fcntl(holder, fcntl.F_SETSIG, signal.SIGWINCH)
        fcntl.fcntl(holder, fcntl.F_SETLEASE, fcntl.F_WRLCK)
        yield
    finally:
        os.close(holder)


@contextmanager
def _started(folder: Path, *names: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [*PARTLINE, *names, *ASKED],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever runs the tests in the background has it ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    ) as command:
        try:
            yield command
        finally:
            command.kill()


def _first_answer(command: subprocess.Popen[str]) -> dict[str, Any]:
    assert command.stdout is not None
    answer: dict[str, Any] = json.loads(command.stdout.readline())
    return answer


def _computing(command: subprocess.Popen[str]) -> list[psutil.Process]:
    """The processes of the sandbox, once one of them computes."""
    parent = psutil.Process(command.pid)
    deadline = time.monotonic() + 60
    while len(found := parent.children(recursive=True)) < 2:
        assert time.monotonic() < deadline, "nothing was computed"
        time.sleep(0.02)
    return found


def _ends(
    command: subprocess.Popen[str], helpers: list[psutil.Process], status: int, saying: str
) -> None:
    ended = command.wait(60)
    assert command.stderr is not None
    assert (ended, command.stderr.read()) == (status, saying)
    _, alive = psutil.wait_procs(helpers, timeout=30)
    assert alive == []
