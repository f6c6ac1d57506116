"""When a start may leave the setup out."""

from pathlib import Path

import pytest

from partline.setup_mark import SetupMark, code_digest


@pytest.fixture
def mark(tmp_path: Path) -> SetupMark:
    data = tmp_path / "data"
    data.mkdir()
    return SetupMark(tmp_path / "setup-done", (data,))


def test_the_first_start_runs_the_setup_and_the_second_does_not(mark: SetupMark) -> None:
    assert not mark.stands()
    mark.set()
    assert mark.stands()


def test_data_that_was_deleted_is_set_up_again(mark: SetupMark) -> None:
    mark.set()
    mark.folders[0].rmdir()
    assert not mark.stands()


def test_the_setup_of_other_code_does_not_count(mark: SetupMark) -> None:
    mark.set()
    mark.file.write_text("the digest of yesterday's code")
    assert not mark.stands()


def test_a_new_migration_and_a_changed_price_book_are_other_code(tmp_path: Path) -> None:
    package = tmp_path / "db"
    package.mkdir()
    digests = {code_digest(tmp_path, ("db",))}
    (package / "0002_more.py").write_text("revision = '0002'")
    digests.add(code_digest(tmp_path, ("db",)))
    (package / "prices.toml").write_text("pla = 65")
    digests.add(code_digest(tmp_path, ("db",)))
    (package / "prices.toml").write_text("pla = 66")
    digests.add(code_digest(tmp_path, ("db",)))
    assert len(digests) == 4
