"""A short run of the fuzzer, the same files each time; `python -m tests.fuzz.readers` runs on."""

import asyncio
import sys
from pathlib import Path
from random import Random

import pytest

from tests.fuzz import readers
from tests.fuzz.corpus import corpus
from tests.fuzz.mutations import mutated

RUNS = 60


async def test_damaged_files_are_read_or_refused_but_never_break_a_reader(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.fuzz.readers"),
        *("--runs", str(RUNS), "--seconds", "300", "--keep", str(tmp_path)),
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()


@pytest.mark.parametrize("kind", sorted(corpus()))
def test_every_file_of_the_corpus_is_a_model(kind: str, tmp_path: Path) -> None:
    for data in corpus()[kind]:
        (tmp_path / "part").write_bytes(data)
        assert readers.check(tmp_path / "part") == ""


def test_the_same_seed_and_number_make_the_same_file() -> None:
    assert readers.damaged("3mf", 5, 9) == readers.damaged("3mf", 5, 9)
    assert readers.damaged("3mf", 5, 9) != readers.damaged("3mf", 5, 10)


def test_the_fuzzer_tells_a_reader_that_breaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_reader(_path: Path) -> None:
        raise KeyError("nobody caught it")

    monkeypatch.setattr(readers, "read", broken_reader)
    code, find = readers.tried("obj", 0, b"v 0 0 0", tmp_path / "part")
    assert code == "found"
    assert find is not None
    assert "nobody caught it" in find.what


@pytest.mark.parametrize("kind", ["3mf", "glb", "off"])
def test_most_damaged_files_still_reach_the_reader_of_their_format(
    kind: str, tmp_path: Path
) -> None:
    random = Random(3)
    codes = []
    for _ in range(60):
        (tmp_path / "part").write_bytes(mutated(corpus()[kind][0], kind, random) or b"x")
        codes.append(readers.check(tmp_path / "part"))
    assert codes.count("NOT_A_MODEL") + codes.count("EMPTY_FILE") < len(codes) / 2
