"""The state folder."""

import os
import shutil
import stat
from pathlib import Path

import pytest

from partline.embedded.errors import DiskFullError
from partline.home import Home, write_private


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "state")
    home.create()
    return home


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_its_owner_can_open_it(home: Home) -> None:
    assert _mode(home.folder) == 0o700


def test_a_secret_is_made_once_and_readable_by_its_owner_only(home: Home) -> None:
    secret = home.secret("valkey")
    assert len(secret) >= 32
    assert Home(home.folder).secret("valkey") == secret
    assert home.secret("postgres") != secret
    assert _mode(home.folder / "secrets.json") == 0o600


def test_a_private_file_is_private_even_where_an_open_one_was(tmp_path: Path) -> None:
    file = tmp_path / "environment.json"
    file.write_text("old")
    file.chmod(0o644)
    write_private(file, "new")
    assert (file.read_text(), _mode(file)) == ("new", 0o600)


def test_the_environment_is_empty_before_the_first_start(home: Home) -> None:
    assert home.environment() == {}


def test_a_full_disk_is_told_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = shutil._ntuple_diskusage(10**9, 10**9, 5 * 10**6)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    with pytest.raises(DiskFullError, match=r"5 MB are left.*PARTLINE_HOME"):
        Home(tmp_path / "state").create()


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root needs a second place")


@pytest.fixture
def shelters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("partline.home.ROOT_SHELTER", tmp_path / "shelters")
    return tmp_path / "shelters"


@as_root
def test_the_place_of_postgresql_moves_with_the_state_folder(
    home: Home, tmp_path: Path, shelters: Path
) -> None:
    home.claim_shelter()
    before = home.postgres
    assert before.is_relative_to(shelters)
    assert Home(home.folder.rename(tmp_path / "moved")).postgres == before


@as_root
def test_a_state_folder_that_was_deleted_and_made_anew_begins_without_old_data(
    home: Home, shelters: Path
) -> None:
    home.claim_shelter()
    home.postgres.mkdir()
    before = home.postgres
    other = Home(home.folder.with_name("other"))
    other.create()
    other.claim_shelter()
    shutil.rmtree(home.folder)
    home.create()
    home.claim_shelter()
    assert home.postgres != before
    assert not before.exists()
    assert other.shelter.exists()


def test_erasing_bears_files_that_others_take_away_meanwhile(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("socket", "valkey.pid"):
        (home.folder / name).touch()
    unlink, quicker = os.unlink, ["valkey.pid"]

    def beaten(path: str, *, dir_fd: int | None = None) -> None:
        if path in quicker:
            quicker.remove(path)
            unlink(path, dir_fd=dir_fd)
        unlink(path, dir_fd=dir_fd)

    monkeypatch.setattr(os, "unlink", beaten)
    home.erase()
    assert not quicker, "the file was there to be taken away"
    assert not home.folder.exists()


@as_root
def test_erasing_leaves_neither_place(home: Home, shelters: Path) -> None:
    home.claim_shelter()
    shelter = home.shelter
    home.erase()
    assert not shelter.exists()
    assert not home.folder.exists()


@as_root
def test_what_temporary_folders_left_is_cleared_away(home: Home, shelters: Path) -> None:
    temporary = Home(home.folder.with_name("temporary"))
    temporary.create()
    temporary.claim_shelter()
    left = temporary.shelter
    home.claim_shelter()
    assert left.exists(), "its state folder is still there"
    shutil.rmtree(temporary.folder)
    home.claim_shelter()
    assert not left.exists()


@as_root
def test_the_disk_that_postgresql_writes_to_is_looked_at_too(
    home: Home, shelters: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = shutil._ntuple_diskusage(10**9, 10**9, 0)
    real = shutil.disk_usage
    monkeypatch.setattr(shutil, "disk_usage", lambda path: full if path == shelters else real(path))
    with pytest.raises(DiskFullError, match=str(shelters)):
        home.check_disk()
