"""Asking how a file is refused, and the bombs that several tests throw."""

import struct
import zlib
from pathlib import Path

import pytest

from jobs.meshes import ModelRejected, ReadLimits, read
from tests.unit.jobs import solids

ENTITY_BOMB = """<!DOCTYPE model [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>"""


def code_of(path: Path, limits: ReadLimits | None = None) -> str:
    with pytest.raises(ModelRejected) as refused:
        read(path, limits or ReadLimits())
    assert refused.value.sentence.endswith(".")
    return refused.value.code


def refused(tmp_path: Path, data: bytes, name: str = "part.stl") -> str:
    (tmp_path / name).write_bytes(data)
    return code_of(tmp_path / name)


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
