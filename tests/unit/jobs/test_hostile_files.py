"""Hostile STL, OBJ, PLY and OFF, and what is no model at all, is refused with its code."""

import struct
from pathlib import Path

import numpy as np
import pytest

from jobs.meshes import Mesh, ReadLimits, read
from tests.unit.jobs import solids
from tests.unit.jobs.hostile import code_of, refused


def read_written(tmp_path: Path, data: bytes) -> Mesh:
    (tmp_path / "part").write_bytes(data)
    return read(tmp_path / "part")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, b"") == "EMPTY_FILE"


@pytest.mark.parametrize(
    "data",
    [
        b"Dear sir, please find the part attached. Yours, a customer.\n" * 40,
        b"solid advice is hard to come by",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
        b"<html><body>404</body></html>",
        b"x",
    ],
    ids=["letter", "solid word", "picture", "page", "one byte"],
)
def test_what_is_not_a_model_is_refused_though_it_is_named_stl(tmp_path: Path, data: bytes) -> None:
    assert refused(tmp_path, data) == "NOT_A_MODEL"


def test_a_step_file_is_told_from_rubbish(tmp_path: Path) -> None:
    assert refused(tmp_path, b"ISO-10303-21;\nHEADER;\n") == "TRUNCATED"


@pytest.mark.parametrize("kept", [84 + 50 * 5, 84 + 50 * 11 + 20])
def test_a_truncated_binary_stl_is_refused(tmp_path: Path, kept: int) -> None:
    data = solids.stl(tmp_path / "whole").read_bytes()
    assert refused(tmp_path, data[:kept]) == "TRUNCATED"


def test_a_truncated_ascii_stl_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, solids.ascii_stl(solids.box())[:900]) == "TRUNCATED"


def test_a_count_of_four_billion_triangles_takes_no_memory(tmp_path: Path) -> None:
    data = solids.stl(tmp_path / "whole").read_bytes()
    assert refused(tmp_path, data[:80] + b"\xff\xff\xff\xff" + data[84:]) == "TRUNCATED"


@pytest.mark.parametrize("declared", [0, 5, 11])
def test_an_stl_that_declares_less_than_it_holds_is_not_priced_for_less(
    tmp_path: Path, declared: int
) -> None:
    data = solids.stl(tmp_path / "whole").read_bytes()
    lying = data[:80] + declared.to_bytes(4, "little") + data[84:]
    assert refused(tmp_path, lying) == "BROKEN_FILE"


def test_an_stl_without_triangles_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, bytes(84)) == "NO_TRIANGLES"
    assert refused(tmp_path, b"solid a\nendsolid a\n") == "NO_TRIANGLES"


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e30])
def test_coordinates_that_are_no_place_are_refused(tmp_path: Path, value: float) -> None:
    triangles = solids.box()
    triangles[3, 1, 2] = value
    assert code_of(solids.stl(tmp_path / "a", triangles)) == "NOT_FINITE"


def test_malformed_numbers_in_an_ascii_stl_are_refused(tmp_path: Path) -> None:
    data = solids.ascii_stl(solids.box()).replace(b"vertex 0", b"vertex zero", 1)
    assert refused(tmp_path, data) == "BROKEN_FILE"


def test_corners_with_missing_numbers_in_an_ascii_stl_are_refused(tmp_path: Path) -> None:
    data = solids.ascii_stl(solids.box())
    line = b"vertex 0.000000e+00 0.000000e+00 0.000000e+00"
    assert line in data
    assert refused(tmp_path, data.replace(line, b"vertex 0 0", 1)) == "BROKEN_FILE"


def test_more_triangles_than_the_limit_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = solids.large_stl(tmp_path / "a", 1001)
    assert code_of(path, ReadLimits(triangles=1000)) == "TOO_MANY_TRIANGLES"


def test_a_file_larger_than_the_limit_is_refused(tmp_path: Path) -> None:
    assert code_of(solids.stl(tmp_path / "a"), ReadLimits(file_bytes=100)) == "FILE_TOO_LARGE"


def test_five_million_triangles_are_read(tmp_path: Path) -> None:
    assert read(solids.large_stl(tmp_path / "a", 5_000_000)).count == 5_000_000


@pytest.mark.parametrize(
    "data",
    [
        b"v 0 0 0\nv 1 0 0\nf 1 2 9\n",
        b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 0\n",
        b"v 0 0 zero\nv 1 0 0\nv 0 1 0\nf 1 2 3\n",
        b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 -9\n",
        b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 99999999999999999999\n",
        b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 " + b"9" * 5000 + b"\n",
    ],
)
def test_an_obj_with_impossible_faces_is_refused(tmp_path: Path, data: bytes) -> None:
    assert refused(tmp_path, data) == "BROKEN_FILE"


def test_a_ply_that_declares_more_than_it_holds_is_refused(tmp_path: Path) -> None:
    data = solids.ply("binary_little_endian")
    more = data.replace(b"element vertex 8", b"element vertex 2000000000")
    assert refused(tmp_path, more) == "TRUNCATED"
    assert refused(tmp_path, data[:-20]) in {"TRUNCATED", "BROKEN_FILE"}


@pytest.mark.parametrize("length", [b"\xff", b"\x80"])
def test_a_ply_with_lists_of_negative_length_is_refused(tmp_path: Path, length: bytes) -> None:
    data = solids.ply("binary_little_endian").replace(b"list uchar int", b"list char int")
    body = data.index(b"end_header\n") + 11 + 12 * 8
    assert refused(tmp_path, data[:body] + length + data[body + 1 :]) == "BROKEN_FILE"


def test_a_ply_whose_last_list_takes_all_that_follows_is_refused(tmp_path: Path) -> None:
    data = solids.ply("binary_little_endian").replace(b"list uchar int", b"list char int")
    assert refused(tmp_path, data[:-13] + b"\xff" + bytes(400)) == "BROKEN_FILE"


@pytest.mark.parametrize("row", [b"3 0 2 8", b"3 0 2 -1", b"3.5 0 2 3", b"-3 0 2 3", b"nan 0 2 3"])
def test_a_ply_text_with_an_impossible_face_is_refused(tmp_path: Path, row: bytes) -> None:
    data = solids.ply()
    assert b"\n3 0 2 3\n" in data
    assert refused(tmp_path, data.replace(b"\n3 0 2 3\n", b"\n" + row + b"\n")) == "BROKEN_FILE"


@pytest.mark.parametrize("order", ["little", "big"])
def test_a_ply_list_longer_than_the_file_is_refused(tmp_path: Path, order: str) -> None:
    data = solids.ply(f"binary_{order}_endian").replace(b"list uchar int", b"list uint int")
    body = data.index(b"end_header\n") + 11 + 12 * 8
    for row in (0, 1):
        at = body + 16 * row
        rows = b"".join(
            (3).to_bytes(4, order) + data[body + 13 * i + 1 : body + 13 * i + 13]  # type: ignore[arg-type]
            for i in range(12)
        )
        lying = bytearray(data[:body] + rows)
        lying[at : at + 4] = b"\xff\xff\xff\x7f"
        assert refused(tmp_path, bytes(lying)) == "BROKEN_FILE"


def test_ply_rows_of_nothing_cost_nothing(tmp_path: Path) -> None:
    data = solids.ply("binary_little_endian")
    rows = b"element nothing 100000\nelement vertex 8"
    padded = data.replace(b"element vertex 8", rows) + bytes(200_000)
    assert read_written(tmp_path, padded).count == 12


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ((b"8 6 12", b"2000000000 6 0"), "TRUNCATED"),
        ((b"8 6 12", b"8 2000000000 0"), "TRUNCATED"),
        ((b"8 6 12", b"8 7 12"), "TRUNCATED"),
        ((b"8 6 12", b"99999999999999999999 6 12"), "BROKEN_FILE"),
        ((b"8 6 12", b"-8 6 12"), "BROKEN_FILE"),
        ((b"4 0 2 3 1", b"4 0 2 3 8"), "BROKEN_FILE"),
        ((b"4 0 2 3 1", b"4 0 2 3 -1"), "BROKEN_FILE"),
        ((b"4 0 2 3 1", b"900000000 0 2 3 1"), "BROKEN_FILE"),
        ((b"4 0 2 3 1", b"-4 0 2 3 1"), "BROKEN_FILE"),
        ((b"0 0 0\n", b"0 0 nan\n"), "NOT_FINITE"),
        ((b"0 0 0\n", b"0 0 zero\n"), "BROKEN_FILE"),
        ((b"0 0 0\n", b"0 0\n"), "BROKEN_FILE"),
        ((b"OFF", b"4OFF"), "UNSUPPORTED_FORMAT"),
    ],
)
def test_an_off_that_lies_is_refused(
    tmp_path: Path, change: tuple[bytes, bytes], code: str
) -> None:
    data = solids.off()
    assert change[0] in data
    assert refused(tmp_path, data.replace(*change, 1)) == code


@pytest.mark.parametrize("quads", [True, False])
@pytest.mark.parametrize("place", [11, 15])
@pytest.mark.parametrize("count", [2_000_000_000, -1])
def test_a_binary_off_that_declares_more_than_it_holds_is_refused(
    tmp_path: Path, place: int, count: int, *, quads: bool
) -> None:
    data = bytearray(solids.binary_off(quads=quads))
    struct.pack_into(">i", data, place, count)
    assert refused(tmp_path, bytes(data)) in {"TRUNCATED", "BROKEN_FILE"}


@pytest.mark.parametrize("size", [2_000_000_000, -1, -5])
def test_a_face_of_a_binary_off_that_is_longer_than_the_file_is_refused(
    tmp_path: Path, size: int
) -> None:
    data = bytearray(solids.binary_off(quads=True))
    struct.pack_into(">i", data, 11 + 12 + 12 * 8, size)
    assert refused(tmp_path, bytes(data)) == "BROKEN_FILE"


@pytest.mark.parametrize("number", ["9" * 5000, "1e999", "-1e999", "nan", "inf"])
def test_gigantic_numbers_are_no_places(tmp_path: Path, number: str) -> None:
    text = number.encode()
    wrong = {"NOT_FINITE", "BROKEN_FILE"}
    ascii_stl = solids.ascii_stl(solids.box()).replace(b"vertex 0.000000e+00", b"vertex " + text, 1)
    assert refused(tmp_path, ascii_stl) in wrong
    assert refused(tmp_path, solids.obj().replace(b"v 0.0", b"v " + text, 1)) in wrong
    assert refused(tmp_path, solids.ply().replace(b"0.0 0.0", text + b" 0.0", 1)) in wrong
    assert refused(tmp_path, solids.off().replace(b"\n0 0 0", b"\n" + text + b" 0 0", 1)) in wrong
    model = solids.object_xml(1).replace('x="0.0"', f'x="{number}"', 1)
    assert code_of(solids.threemf(tmp_path / "b", model)) in wrong
    matrix = f'<item objectid="1" transform="{number} 0 0 0 1 0 0 0 1 0 0 0"/>'
    assert code_of(solids.threemf(tmp_path / "b", build=matrix)) in wrong
