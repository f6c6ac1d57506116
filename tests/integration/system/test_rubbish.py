"""What people send by mistake or in malice: each gets its sentence, and the service lives on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from jobs.models.samples import write_sample
from tests.rubbish import (
    five_million_triangles,
    huge_part,
    text_named_stl,
    truncated_stl,
    zip_bomb_3mf,
)
from tests.system import System
from tests.uploads import upload


@pytest.mark.parametrize(
    ("name", "content", "codes"),
    [
        ("letter.stl", text_named_stl, {"NOT_A_MODEL"}),
        ("cut.stl", truncated_stl, {"TRUNCATED"}),
        ("bomb.3mf", zip_bomb_3mf, {"ZIP_BOMB", "ARCHIVE_TOO_LARGE"}),
    ],
)
def test_a_file_that_is_no_part_is_refused_with_its_sentence(
    system: System, tmp_path: Path, name: str, content: Callable[[], bytes], codes: set[str]
) -> None:
    file = tmp_path / name
    file.write_bytes(content())
    model = upload(system.signed_in("shopper"), file)
    assert model["status"] == "REJECTED"
    assert model["rejection"]["code"] in codes
    assert model["rejection"]["message"].endswith(".")
    assert_still_works(system, tmp_path)


def test_an_empty_file_is_refused_before_it_is_sent(system: System) -> None:
    answer = system.signed_in("shopper").ask(
        'mutation { createUpload(fileName: "empty.stl", size: 0) { url } }'
    )
    assert answer["errors"][0]["extensions"]["code"] == "EMPTY_FILE"


def test_five_million_triangles_are_taken_or_refused_and_nothing_breaks(
    system: System, tmp_path: Path
) -> None:
    file = tmp_path / "terrain.stl"
    file.write_bytes(five_million_triangles())
    model = upload(system.signed_in("shopper"), file)
    if model["status"] == "READY":
        assert model["report"]["triangles"] == 2 * 1_580 * 1_580
        assert model["previewUrl"]
    else:
        assert model["rejection"]["code"] in {"TOO_MANY_TRIANGLES", "OUT_OF_MEMORY", "TIMEOUT"}
    assert_still_works(system, tmp_path)


def test_a_part_larger_than_every_machine_is_told_how_large_and_what_to_do(
    system: System, tmp_path: Path
) -> None:
    file = tmp_path / "barn.stl"
    file.write_bytes(huge_part())
    shopper = system.signed_in("shopper")
    model = upload(shopper, file)
    assert model["status"] == "READY"
    quote = shopper.data(
        """mutation ($q: QuoteInput!) { requestQuote(input: $q) {
             status problem { code message } } }""",
        {"q": {"modelId": model["id"], "material": "PLA", "finish": "raw", "quantity": 1}},
    )["requestQuote"]
    assert quote["status"] == "UNAVAILABLE"
    assert quote["problem"]["code"] == "TOO_LARGE_FOR_MACHINES"
    assert "5000" in quote["problem"]["message"].replace(",", "").replace(" ", "")


def assert_still_works(system: System, folder: Path) -> None:
    file = folder / "good.stl"
    write_sample("ring", file)
    assert upload(system.signed_in("shopper"), file)["status"] == "READY"
