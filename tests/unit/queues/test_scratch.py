"""Temporary folders of workers."""

import os
import tempfile
import time
from pathlib import Path

import pytest

from jobs.scratch import clear_leftovers, scratch_folder


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_is_gone_when_its_work_is_done(temporary: Path) -> None:
    with scratch_folder() as folder:
        (folder / "part.stl").write_bytes(b"solid")
    assert list(temporary.iterdir()) == []


def test_what_killed_workers_left_is_cleared_once_it_is_old(temporary: Path) -> None:
    with scratch_folder() as young, scratch_folder() as old:
        (old / "part.stl").write_bytes(b"solid")
        hour_ago = time.time() - 3600
        os.utime(old, (hour_ago, hour_ago))
        (temporary / "somebody-elses").mkdir()
        os.utime(temporary / "somebody-elses", (hour_ago, hour_ago))
        assert clear_leftovers(600) == 1
        assert young.exists()
        assert not old.exists()
        assert (temporary / "somebody-elses").exists()
