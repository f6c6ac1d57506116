"""Each attack is refused with its code, and quickly: none of them is computed first."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jobs.meshes import Mesh, ModelRejected, ReadLimits, read
from jobs.sandbox import Limits, Sandbox
from tests.unit.jobs import solids


def code_of(path: Path, limits: ReadLimits | None = None) -> str:
    with pytest.raises(ModelRejected) as refused:
        read(path, limits or ReadLimits())
    assert refused.value.sentence.endswith(".")
    return refused.value.code


def refused(tmp_path: Path, data: bytes, name: str = "part.stl") -> str:
    (tmp_path / name).write_bytes(data)
    return code_of(tmp_path / name)


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


def zip_bomb(path: Path, declared: int) -> None:
    """A well-formed model with a gigabyte of spaces in it, written from one packed block."""
    model = solids.MODEL.format(before="", unit="millimeter", resources="", build="").encode()
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    begin = packer.compress(model.replace(b"</model>", b"")) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b" " * (8 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = begin + block * 128 + packer.compress(b"</model>") + packer.flush()
    name = b"3D/3dmodel.model"
    about = struct.pack("<HHHIIIHH", 8, 0, 0, 0, len(packed), declared, len(name), 0)
    local = b"PK\x03\x04" + struct.pack("<HH", 20, 0) + about + name + packed
    central = b"PK\x01\x02" + struct.pack("<HHH", 20, 20, 0) + about + bytes(14) + name
    end = struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    path.write_bytes(local + central + b"PK\x05\x06" + end)


def test_a_3mf_that_inflates_to_a_gigabyte_is_refused(tmp_path: Path) -> None:
    zip_bomb(tmp_path / "a", declared=1 << 30)
    assert (tmp_path / "a").stat().st_size < 2_500_000
    assert code_of(tmp_path / "a") == "ZIP_BOMB"


def test_a_zip_bomb_that_lies_about_its_size_is_stopped_while_it_inflates(tmp_path: Path) -> None:
    zip_bomb(tmp_path / "a", declared=10_000)
    assert code_of(tmp_path / "a") in {"TRUNCATED", "BROKEN_FILE"}


def test_an_archive_with_too_many_entries_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a", "w") as archive:
        for number in range(50):
            archive.writestr(f"{number}.txt", "x")
    assert code_of(tmp_path / "a", ReadLimits(archive_entries=49)) == "ARCHIVE_TOO_LARGE"


def test_a_list_of_entries_that_is_too_long_is_not_even_read(tmp_path: Path) -> None:
    whole = solids.threemf(tmp_path / "a").read_bytes()
    end = whole.rfind(b"PK\x05\x06")
    directory = whole.find(b"PK\x01\x02")
    entries = whole[directory:end] * 30_000
    ending = whole[end : end + 8] + struct.pack("<HHII", 60_000, 60_000, len(entries), directory)
    (tmp_path / "b").write_bytes(whole[:directory] + entries + ending + b"\0\0")
    with pytest.raises(ModelRejected) as refusal:
        read(tmp_path / "b")
    assert "list of the files" in refusal.value.sentence


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_that_inflates_without_a_bound_is_not_inflated(
    tmp_path: Path, method: int
) -> None:
    with zipfile.ZipFile(tmp_path / "a", "w", method) as archive:
        archive.writestr("3D/3dmodel.model", bytes(1 << 16))
    assert code_of(tmp_path / "a") == "UNSUPPORTED_FORMAT"


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "/etc/passwd", "..\\..\\boot.ini", "3D/../../outside.model"]
)
def test_names_that_lead_out_of_an_archive_write_and_read_nothing_there(
    tmp_path: Path, name: str
) -> None:
    inside = tmp_path / "deep" / "inside"
    inside.mkdir(parents=True)
    path = solids.threemf(inside / "a")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, "written by an archive")
    before = sorted(tmp_path.rglob("*"))
    assert read(path).count == 12
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("target", ["../../../etc/passwd", "/etc/passwd", "file:///etc/passwd"])
def test_a_model_named_outside_of_the_archive_is_not_looked_for_there(
    tmp_path: Path, target: str
) -> None:
    parts = (
        '<object id="2" xmlns:p="http://schemas.microsoft.com/3dmanufacturing/production/2015/06">'
        f'<components><component p:path="{target}" objectid="1"/></components></object>'
    )
    path = solids.threemf(tmp_path / "a", parts, '<item objectid="2"/>')
    assert code_of(path) == "BROKEN_FILE"


def test_an_archive_that_holds_a_link_is_read_as_what_it_is(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("3D/3dmodel.model")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert code_of(tmp_path / "a") == "BROKEN_FILE"


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


def test_an_archive_over_the_size_limit_is_refused(tmp_path: Path) -> None:
    path = solids.threemf(tmp_path / "a")
    assert code_of(path, ReadLimits(archive_bytes=500)) == "ARCHIVE_TOO_LARGE"


def test_nested_components_are_counted_before_they_are_multiplied_out(tmp_path: Path) -> None:
    levels = [solids.object_xml(1)]
    for level in range(2, 12):
        parts = f'<component objectid="{level - 1}"/>' * 10
        levels.append(f'<object id="{level}"><components>{parts}</components></object>')
    path = solids.threemf(tmp_path / "a", "".join(levels), '<item objectid="11"/>')
    with pytest.raises(ModelRejected) as refusal:
        read(path)
    assert refusal.value.code == "TOO_MANY_TRIANGLES"
    assert "120,000,000,000 triangles" in refusal.value.sentence


def test_components_that_contain_themselves_are_refused(tmp_path: Path) -> None:
    loop = '<object id="1"><components><component objectid="1"/></components></object>'
    assert code_of(solids.threemf(tmp_path / "a", loop)) == "TOO_MANY_TRIANGLES"


ENTITY_BOMB = """<!DOCTYPE model [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>"""
OUTSIDE = '<!DOCTYPE model SYSTEM "http://127.0.0.1:1/model.dtd">'
SECRET = '<!DOCTYPE model [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("before", [ENTITY_BOMB, OUTSIDE, SECRET])
def test_xml_entities_and_document_types_are_refused(tmp_path: Path, before: str) -> None:
    assert code_of(solids.threemf(tmp_path / "a", before=before)) == "XML_FORBIDDEN"


@pytest.mark.parametrize(
    ("resources", "build"),
    [
        (solids.object_xml(1).replace('v1="0"', 'v1="88"', 1), '<item objectid="1"/>'),
        (solids.object_xml(1).replace('x="10.0"', 'x="ten"', 1), '<item objectid="1"/>'),
        (solids.object_xml(1), '<item objectid="7"/>'),
        (solids.object_xml(1), '<item objectid="1" transform="1 0 0"/>'),
        ("<object", ""),
    ],
)
def test_a_3mf_that_contradicts_itself_is_refused(
    tmp_path: Path, resources: str, build: str
) -> None:
    assert code_of(solids.threemf(tmp_path / "a", resources, build)) == "BROKEN_FILE"


@pytest.mark.parametrize("entry", ["_rels/.rels", "3D/3dmodel.model"])
@pytest.mark.parametrize("encoding", ["U0F-8", "utf-7", "shift_jis"])
def test_a_3mf_in_an_encoding_that_nobody_reads_is_refused(
    tmp_path: Path, entry: str, encoding: str
) -> None:
    path = solids.threemf(tmp_path / "a")
    with zipfile.ZipFile(path) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    inside[entry] = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n'.encode()
        + inside[entry].partition(b"?>\n")[2]
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in inside.items():
            archive.writestr(name, data)
    assert code_of(path) == "BROKEN_FILE"


def test_a_truncated_3mf_is_refused(tmp_path: Path) -> None:
    data = solids.threemf(tmp_path / "a").read_bytes()
    assert refused(tmp_path, data[: len(data) // 2]) == "TRUNCATED"


def test_names_in_an_archive_that_are_not_text_are_refused(tmp_path: Path) -> None:
    data = solids.threemf(tmp_path / "a").read_bytes()
    unicode_flag = data.replace(b"PK\x03\x04\x14\x00\x00\x00", b"PK\x03\x04\x14\x00\x00\x08")
    assert (
        refused(tmp_path, unicode_flag.replace(b"_rels/.rels", b"_rel\x88/.rels", 1)) == "TRUNCATED"
    )


def test_an_archive_without_a_model_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a", "w") as archive:
        archive.writestr("readme.txt", "no model here")
    assert code_of(tmp_path / "a") == "UNSUPPORTED_FORMAT"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"buffers": [{"byteLength": 9, "uri": "http://127.0.0.1:1/x"}]}, "EXTERNAL_REFERENCE"),
        ({"buffers": [{"byteLength": 9, "uri": "../../etc/passwd"}]}, "EXTERNAL_REFERENCE"),
        ({"extensionsRequired": ["KHR_draco_mesh_compression"]}, "UNSUPPORTED_FORMAT"),
        ({"nodes": [{"mesh": 0, "children": [0]}]}, "BROKEN_FILE"),
        ({"nodes": [{"mesh": 5}]}, "BROKEN_FILE"),
        ({"bufferViews": [{"buffer": 0, "byteOffset": -4, "byteLength": 9}] * 2}, "BROKEN_FILE"),
    ],
)
def test_a_glb_that_reaches_outside_or_loops_is_refused(
    tmp_path: Path, change: dict[str, object], code: str
) -> None:
    assert refused(tmp_path, solids.glb(change)) == code


def test_glb_nodes_that_are_multiplied_out_by_having_many_parents_are_refused(
    tmp_path: Path,
) -> None:
    levels: list[dict[str, object]] = [{"children": [level + 1] * 10} for level in range(6)]
    assert refused(tmp_path, solids.glb({"nodes": [*levels, {"mesh": 0}]})) == "BROKEN_FILE"


def test_a_glb_that_declares_more_than_it_holds_is_refused(tmp_path: Path) -> None:
    accessor = {"bufferView": 0, "componentType": 5126, "count": 20_000_000, "type": "VEC3"}
    accessors = [accessor, {"bufferView": 1, "componentType": 5123, "count": 36, "type": "SCALAR"}]
    assert refused(tmp_path, solids.glb({"accessors": accessors})) == "TRUNCATED"
    assert refused(tmp_path, solids.glb()[:-30]) == "TRUNCATED"


def test_a_chain_of_glb_nodes_deeper_than_any_part_is_refused(tmp_path: Path) -> None:
    chain: list[dict[str, object]] = [{"children": [level + 1]} for level in range(50_000)]
    assert refused(tmp_path, solids.glb({"nodes": [*chain, {"mesh": 0}]})) == "BROKEN_FILE"


def test_json_nested_without_an_end_is_refused(tmp_path: Path) -> None:
    data = b'{"asset": {"version": "2.0"}, "nodes": ' + b"[" * 1_000_000
    assert refused(tmp_path, data) == "BROKEN_FILE"


def test_primitives_that_share_an_accessor_are_counted_before_they_are_built(
    tmp_path: Path,
) -> None:
    primitive = {"attributes": {"POSITION": 0}, "indices": 1}
    data = solids.glb({"meshes": [{"primitives": [primitive] * 1000}]})
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(ModelRejected) as refusal:
        read(tmp_path / "a", ReadLimits(triangles=5_999))
    assert refusal.value.code == "TOO_MANY_TRIANGLES"
    assert "6,000 triangles" in refusal.value.sentence
    assert read(tmp_path / "a", ReadLimits(triangles=12_000)).count == 12_000


def test_instances_of_a_gltf_that_would_be_lost_are_refused(tmp_path: Path) -> None:
    data = solids.glb({"extensionsUsed": ["EXT_mesh_gpu_instancing"]})
    assert refused(tmp_path, data) == "UNSUPPORTED_FORMAT"


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        ("http://127.0.0.1:1/x.bin", "EXTERNAL_REFERENCE"),
        ("part.bin", "EXTERNAL_REFERENCE"),
        ("file:///etc/passwd", "EXTERNAL_REFERENCE"),
        ("data:application/octet-stream;base64,AAAA", "TRUNCATED"),
        ("data:text/plain,AAAA", "BROKEN_FILE"),
        ("data:;base64,A", "BROKEN_FILE"),
    ],
)
def test_a_gltf_text_holds_its_geometry_itself_or_is_refused(
    tmp_path: Path, uri: str, code: str
) -> None:
    assert refused(tmp_path, solids.gltf(uri=uri)) == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"name": "some settings"}', "NOT_A_MODEL"),
        (b'{"asset": {"version": "1.0"}}', "UNSUPPORTED_FORMAT"),
        (b'{"asset": {"version": "2.0"}}', "NO_TRIANGLES"),
        (b'{"asset": {"version": "2.0"}, "nodes": [', "BROKEN_FILE"),
    ],
)
def test_json_that_is_no_gltf_is_told_from_it(tmp_path: Path, data: bytes, code: str) -> None:
    assert refused(tmp_path, data) == code


def attacks(folder: Path) -> Iterator[tuple[Path, str]]:
    """One file of each kind of attack, and the code that it is refused with."""

    def written(data: bytes) -> Path:
        path = folder / f"{len(list(folder.iterdir()))}.bin"
        path.write_bytes(data)
        return path

    binary = solids.stl(folder / "box.stl").read_bytes()
    yield written(binary[:80] + b"\xff\xff\xff\xff" + binary[84:]), "TRUNCATED"
    yield written(solids.ply("binary_little_endian").replace(b"x 8", b"x 999999999")), "TRUNCATED"
    yield written(solids.off().replace(b"8 6 12", b"999999999 6 0")), "TRUNCATED"
    yield written(solids.glb({"nodes": [{"mesh": 0, "children": [0]}]})), "BROKEN_FILE"
    yield written(solids.gltf(uri="http://127.0.0.1:1/x")), "EXTERNAL_REFERENCE"
    yield written(solids.obj().replace(b"v 0.0", b"v 1e999")), "NOT_FINITE"
    zip_bomb(folder / "bomb.3mf", declared=1 << 30)
    yield folder / "bomb.3mf", "ZIP_BOMB"
    yield solids.threemf(folder / "entities.3mf", before=ENTITY_BOMB), "XML_FORBIDDEN"
    nested = solids.object_xml(1) + "".join(
        f'<object id="{level}"><components>'
        + f'<component objectid="{level - 1}"/>' * 10
        + "</components></object>"
        for level in range(2, 12)
    )
    path = solids.threemf(folder / "nested.3mf", nested, '<item objectid="11"/>')
    yield path, "TOO_MANY_TRIANGLES"


async def test_every_attack_is_refused_in_the_sandbox_and_the_next_part_is_computed(
    tmp_path: Path,
) -> None:
    sandbox = Sandbox(["jobs.pricing.entry.analyse"])
    limits = Limits(cpu_s=2)

    async def analysed(path: Path) -> dict[str, Any]:
        payload = {"path": str(path), "profiles": ["sls-012"]}
        return await sandbox.run("jobs.pricing.entry.analyse", payload, limits=limits)

    good = solids.stl(tmp_path / "good.stl")
    await analysed(good)
    helper = sandbox.helper_pid
    for path, code in attacks(tmp_path):
        with pytest.raises(ModelRejected) as refusal:
            await analysed(path)
        assert refusal.value.code == code, path.name
        assert refusal.value.sentence.endswith(".")
        assert (await analysed(good))["analyses"]["sls-012"]["triangles"] == 12
    assert sandbox.helper_pid == helper
    sandbox.close()
