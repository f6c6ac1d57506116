"""Each attack is refused with its code, and quickly: none of them is computed first."""

import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from jobs.meshes import ModelRejected, ReadLimits, read
from tests.unit.jobs import solids


def code_of(path: Path, limits: ReadLimits | None = None) -> str:
    with pytest.raises(ModelRejected) as refused:
        read(path, limits or ReadLimits())
    assert refused.value.sentence.endswith(".")
    return refused.value.code


def refused(tmp_path: Path, data: bytes, name: str = "part.stl") -> str:
    (tmp_path / name).write_bytes(data)
    return code_of(tmp_path / name)


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


def zip_bomb(path: Path) -> None:
    """Inflates to 1 GB of spaces inside of a well-formed model."""
    model = solids.MODEL.format(before="", unit="millimeter", resources="", build="")
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("3D/3dmodel.model", "w", force_zip64=True) as entry,
    ):
        entry.write(model.encode().replace(b"</model>", b""))
        for _ in range(128):
            entry.write(b" " * (8 << 20))
        entry.write(b"</model>")


def test_a_3mf_that_inflates_to_a_gigabyte_is_refused(tmp_path: Path) -> None:
    zip_bomb(tmp_path / "a")
    assert (tmp_path / "a").stat().st_size < 2_000_000
    assert code_of(tmp_path / "a") == "ZIP_BOMB"


def test_a_zip_bomb_that_lies_about_its_size_is_stopped_while_it_inflates(tmp_path: Path) -> None:
    zip_bomb(tmp_path / "a")
    data = bytearray((tmp_path / "a").read_bytes())
    directory = data.rfind(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = struct.pack("<I", 10_000)
    assert refused(tmp_path, bytes(data)) in {"ZIP_BOMB", "TRUNCATED", "BROKEN_FILE"}


def test_an_archive_with_too_many_entries_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a", "w") as archive:
        for number in range(50):
            archive.writestr(f"{number}.txt", "x")
    assert code_of(tmp_path / "a", ReadLimits(archive_entries=49)) == "ARCHIVE_TOO_LARGE"


def test_an_archive_over_the_size_limit_is_refused(tmp_path: Path) -> None:
    path = solids.threemf(tmp_path / "a")
    assert code_of(path, ReadLimits(archive_bytes=500)) == "ARCHIVE_TOO_LARGE"


def test_nested_components_are_counted_before_they_are_multiplied_out(tmp_path: Path) -> None:
    levels = [solids.object_xml(1)]
    for level in range(2, 12):
        parts = f'<component objectid="{level - 1}"/>' * 10
        levels.append(f'<object id="{level}"><components>{parts}</components></object>')
    path = solids.threemf(tmp_path / "a", "".join(levels), '<item objectid="11"/>')
    assert code_of(path) == "TOO_MANY_TRIANGLES"


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
