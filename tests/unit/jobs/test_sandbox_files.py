"""Which files a computation can reach, and what is believed of those that it leaves."""

import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jobs.sandbox import ComputationFailed, Sandbox, landlock
from jobs.sandbox.leavings import content
from jobs.sandbox.protection import Protection
from tests.unit.jobs import misbehaviour

HERE = misbehaviour.__name__
NAMES = (
    "read_file",
    "list_folder",
    "write_file",
    "empty_file",
    "remove_file",
    "open_to_all",
    "date_back",
    "hard_link",
    "symbolic_link",
    "leave_pipe",
    "load_late",
)
needs_landlock = pytest.mark.skipif(
    landlock.version() < 1, reason="this kernel has no Landlock, which keeps files apart"
)
needs_filter = pytest.mark.skipif(sys.platform != "linux", reason="only Linux filters system calls")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox([f"{HERE}.{name}" for name in NAMES])
    yield made
    made.close()


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The folder of a computation, beside a secret that is not its own."""
    folder = tmp_path / "own"
    folder.mkdir()
    (tmp_path / "secret").write_text("a password")
    (tmp_path / "secret").chmod(0o600)
    return folder


async def refused(
    sandbox: Sandbox, name: str, folder: Path | None, **payload: Any
) -> ComputationFailed:
    with pytest.raises(ComputationFailed) as failed:
        await sandbox.run(f"{HERE}.{name}", payload, directory=folder)
    assert "PermissionError" in failed.value.detail or "cross-device link" in failed.value.detail
    return failed.value


@needs_landlock
@pytest.mark.parametrize(
    "name", ["read_file", "write_file", "empty_file", "remove_file", "hard_link"]
)
async def test_a_file_that_is_not_its_own_can_be_neither_read_nor_changed(
    sandbox: Sandbox, own: Path, name: str
) -> None:
    secret = own.parent / "secret"
    await refused(sandbox, name, own, path=str(secret))
    await refused(sandbox, name, own, path="../secret")
    assert secret.read_text() == "a password"


@needs_landlock
async def test_nothing_can_be_written_or_listed_beside_its_folder(
    sandbox: Sandbox, own: Path
) -> None:
    await refused(sandbox, "write_file", own, path="../new")
    await refused(sandbox, "list_folder", own, path="..")
    assert not (own.parent / "new").exists()


@needs_landlock
async def test_a_computation_without_a_folder_writes_nowhere(sandbox: Sandbox, own: Path) -> None:
    await refused(sandbox, "write_file", None, path=str(own / "new"))
    await refused(sandbox, "write_file", None, path=str(Path("/tmp") / "partline-new"))


@needs_landlock
@pytest.mark.parametrize("whose", ["the zygote's", "the caller's"])
async def test_what_other_processes_were_started_with_stays_theirs(
    sandbox: Sandbox, own: Path, whose: str
) -> None:
    await sandbox.run(f"{HERE}.list_folder", {"path": "."}, directory=own)
    pid = sandbox.helper_pid if whose == "the zygote's" else os.getpid()
    await refused(sandbox, "read_file", own, path=f"/proc/{pid}/environ")


@needs_landlock
async def test_the_checkout_and_its_settings_stay_out_of_reach(sandbox: Sandbox, own: Path) -> None:
    checkout = Path(__file__).parents[3]
    await refused(sandbox, "list_folder", own, path=str(checkout))
    await refused(sandbox, "read_file", own, path=str(checkout / "pyproject.toml"))


async def test_the_files_that_the_call_names_can_be_read(sandbox: Sandbox, own: Path) -> None:
    named = own.parent / "secret"
    answer = await sandbox.run(
        f"{HERE}.read_file", {"path": str(named)}, directory=own, reads=[named]
    )
    assert answer["content"] == "a password"


@needs_landlock
async def test_files_that_may_be_read_may_not_be_changed(sandbox: Sandbox, own: Path) -> None:
    named = own.parent / "secret"
    with pytest.raises(ComputationFailed) as failed:
        await sandbox.run(f"{HERE}.write_file", {"path": str(named)}, directory=own, reads=[named])
    assert "PermissionError" in failed.value.detail
    assert named.read_text() == "a password"


async def test_its_own_folder_can_be_written_and_read(sandbox: Sandbox, own: Path) -> None:
    await sandbox.run(f"{HERE}.write_file", {"path": "mine"}, directory=own)
    answer = await sandbox.run(f"{HERE}.read_file", {"path": "mine"}, directory=own)
    assert answer["content"] == (own / "mine").read_text() == "overwritten"


@pytest.mark.parametrize("module", ["colorsys", "scipy.fft", "cascadio._core"])
async def test_libraries_can_still_be_loaded_when_they_are_needed(
    sandbox: Sandbox, own: Path, module: str
) -> None:
    answer = await sandbox.run(f"{HERE}.load_late", {"module": module}, directory=own)
    assert not answer["before"]
    assert answer["file"]


@needs_filter
@pytest.mark.parametrize("name", ["open_to_all", "date_back"])
async def test_rights_and_dates_of_files_cannot_be_changed(
    sandbox: Sandbox, own: Path, name: str
) -> None:
    before = (own.parent / "secret").stat()
    await refused(sandbox, name, own, path="../secret")
    after = (own.parent / "secret").stat()
    assert (after.st_mode, after.st_mtime_ns) == (before.st_mode, before.st_mtime_ns)


@needs_landlock
async def test_neither_links_nor_pipes_can_be_left(sandbox: Sandbox, own: Path) -> None:
    await refused(sandbox, "symbolic_link", own, path="../secret")
    await refused(sandbox, "leave_pipe", own)
    assert os.listdir(own) == []


def leave(own: Path, kind: str) -> None:
    left = own / "left"
    match kind:
        case "a symbolic link":
            left.symlink_to("../secret")
        case "a second name":
            left.hardlink_to(own.parent / "secret")
        case "a pipe":
            os.mkfifo(left)
        case "a folder":
            left.mkdir()
        case "a large file":
            left.write_bytes(bytes(101))


@pytest.mark.parametrize(
    "kind",
    ["nothing", "a symbolic link", "a second name", "a pipe", "a folder", "a large file"],
)
def test_what_is_left_in_place_of_a_file_is_not_believed(own: Path, kind: str) -> None:
    leave(own, kind)
    with pytest.raises(ComputationFailed) as failed:
        content(own, "left", 100)
    assert failed.value.code == "CRASHED"


def test_a_file_that_was_left_is_read_whole(own: Path) -> None:
    (own / "left").write_bytes(b"x" * 100)
    assert content(own, "left", 100) == b"x" * 100


@pytest.mark.parametrize(
    ("protection", "told"),
    [
        (Protection(calls=True, files=True), []),
        (Protection(calls=False, files=True), ["seccomp"]),
        (Protection(calls=True, files=False), ["Landlock"]),
        (Protection(calls=False, files=False), ["seccomp", "Landlock"]),
    ],
)
def test_what_does_not_protect_is_said_once(
    caplog: pytest.LogCaptureFixture, protection: Protection, told: list[str]
) -> None:
    sandbox = Sandbox([])
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            sandbox._tell_once(Protection.from_byte(protection.to_byte()))
    assert len(caplog.messages) == len(told)
    assert all(word in line for word, line in zip(told, caplog.messages, strict=True))
