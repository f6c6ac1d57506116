"""Hostile archives, and the models of 3MF in them, are refused before they cost anything."""

import struct
import zipfile
from pathlib import Path

import pytest

from jobs.meshes import ModelRejected, ReadLimits, read
from tests.unit.jobs import solids
from tests.unit.jobs.hostile import ENTITY_BOMB, code_of, refused, zip_bomb

OUTSIDE = '<!DOCTYPE model SYSTEM "http://127.0.0.1:1/model.dtd">'
SECRET = '<!DOCTYPE model [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


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
