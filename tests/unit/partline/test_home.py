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


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs a second place for PostgreSQL")
def test_two_state_folders_have_two_places_for_postgresql(tmp_path: Path) -> None:
    one, two = Home(tmp_path / "one"), Home(tmp_path / "two")
    assert one.postgres != two.postgres
    assert not one.postgres.is_relative_to(one.folder)
