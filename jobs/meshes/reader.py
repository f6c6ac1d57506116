"""Which format a file holds, by its content, and the reader for it."""

import re
from collections.abc import Callable
from pathlib import Path

from jobs.meshes import glb, gltf, obj, off, ply, step, stl, threemf
from jobs.meshes.limits import DEFAULT_LIMITS, MIB, ReadLimits
from jobs.meshes.mesh import Mesh
from jobs.rejection import ModelRejected

SNIFFED = 64 * 1024
_OBJ_LINE = re.compile(rb"^[ \t]*v[ \t]+[-+.\d]", re.MULTILINE)
_ASCII_STL = re.compile(rb"\A\s*solid\b", re.IGNORECASE)
_FACET = re.compile(rb"^\s*(?:facet\s+normal|endsolid)\b", re.IGNORECASE | re.MULTILINE)


def read(path: Path, limits: ReadLimits = DEFAULT_LIMITS) -> Mesh:
    """Read a model file (STL, OBJ, PLY, OFF, 3MF, GLB, glTF, STEP).

    Raises ModelRejected when the file is not a model, is broken, or passes a limit.
    """
    if path.is_dir():
        raise ModelRejected("NO_FILE", f"{path} is a folder. Name the files in it.")
    if not path.is_file():
        raise ModelRejected("NO_FILE", f"There is no file {path.name}. Check the path.")
    size = path.stat().st_size
    if size == 0:
        raise ModelRejected("EMPTY_FILE", "The file is empty. Export the part again and upload it.")
    if size > limits.file_bytes:
        raise ModelRejected(
            "FILE_TOO_LARGE",
            f"The file is {size / MIB:,.0f} MB; at most {limits.file_bytes / MIB:,.0f} MB can be "
            "read. Reduce the number of triangles, or save it as binary STL or 3MF.",
        )
    with path.open("rb") as file:
        head = file.read(SNIFFED)
    if stl.is_whole_binary(head, size):
        return stl.read_binary(path, head, size, limits)
    for magic, read_path in _BY_FIRST_BYTES.items():
        if head.removeprefix(_BYTE_ORDER_MARK).startswith(magic):
            return read_path(path, limits)
    if (read_data := _reader_of(head)) is not None:
        if _is_text(head):
            _refuse_too_much_text(size, limits)
        return read_data(path.read_bytes().removeprefix(_BYTE_ORDER_MARK), limits)
    if not _is_text(head) and stl.looks_binary(head):
        return stl.read_binary(path, head, size, limits)
    raise ModelRejected(
        "NOT_A_MODEL",
        "This file is not a 3D model that can be read. Upload an STL, 3MF, STEP, OBJ, PLY, OFF, "
        "GLB or glTF file.",
    )


_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BY_FIRST_BYTES: dict[bytes, Callable[[Path, ReadLimits], Mesh]] = {
    b"PK\x03\x04": threemf.read,
    b"glTF": glb.read,
    step.MAGIC: step.read,
}


def _reader_of(head: bytes) -> Callable[[bytes, ReadLimits], Mesh] | None:
    head = head.removeprefix(_BYTE_ORDER_MARK)
    if re.match(rb"ply\r?\n", head):
        return ply.read
    is_text = _is_text(head)
    if (start := off.MAGIC.match(head)) is not None and (is_text or start["binary"]):
        return off.read
    if not is_text:
        return None
    if head.lstrip().startswith(b"{"):
        return gltf.read
    if _ASCII_STL.match(head) and _FACET.search(head):
        return stl.read_ascii
    return obj.read if _OBJ_LINE.search(head) else None


def _refuse_too_much_text(size: int, limits: ReadLimits) -> None:
    if size > limits.text_bytes:
        raise ModelRejected(
            "FILE_TOO_LARGE",
            f"The file is {size / MIB:,.0f} MB of text; at most {limits.text_bytes / MIB:,.0f} MB "
            "can be read. Save it as binary STL, which is five times smaller.",
        )


def _is_text(head: bytes) -> bool:
    """No control bytes but white space: text in ASCII, UTF-8 or Latin-1."""
    return not re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head)
