"""Which format a file holds, by its content, and the reader for it."""

import re
from pathlib import Path

from jobs.meshes import glb, obj, ply, step, stl, threemf
from jobs.meshes.limits import DEFAULT_LIMITS, MIB, ReadLimits
from jobs.meshes.mesh import Mesh
from jobs.rejection import ModelRejected

SNIFFED = 64 * 1024
_OBJ_LINE = re.compile(rb"^[ \t]*v[ \t]+[-+.\d]", re.MULTILINE)
_ASCII_STL = re.compile(rb"\A\s*solid\b", re.IGNORECASE)
_FACET = re.compile(rb"^\s*(?:facet\s+normal|endsolid)\b", re.IGNORECASE | re.MULTILINE)


def read(path: Path, limits: ReadLimits = DEFAULT_LIMITS) -> Mesh:
    """Read a model file (STL, OBJ, PLY, 3MF, GLB, STEP).

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
    if head.startswith(b"PK\x03\x04"):
        return threemf.read(path, limits)
    if head.startswith(b"glTF"):
        return glb.read(path, limits)
    if _is_text(head):
        return _read_text(path, head, size, limits)
    if re.match(rb"ply\r?\n", head):
        return ply.read(path, limits)
    if stl.looks_binary(head):
        return stl.read_binary(path, head, size, limits)
    raise _unknown(head)


def _read_text(path: Path, head: bytes, size: int, limits: ReadLimits) -> Mesh:
    head = head.removeprefix(b"\xef\xbb\xbf")
    if head.startswith(step.MAGIC):
        return step.read(path, limits)
    is_ply = re.match(rb"ply\r?\n", head) is not None
    is_stl = _ASCII_STL.match(head) is not None and _FACET.search(head) is not None
    if not (is_ply or is_stl or _OBJ_LINE.search(head)):
        raise _unknown(head)
    if size > limits.text_bytes:
        raise ModelRejected(
            "FILE_TOO_LARGE",
            f"The file is {size / MIB:,.0f} MB of text; at most {limits.text_bytes / MIB:,.0f} MB "
            "can be read. Save it as binary STL, which is five times smaller.",
        )
    if is_ply:
        return ply.read(path, limits)
    data = path.read_bytes()
    return stl.read_ascii(data, limits) if is_stl else obj.read(data, limits)


def _is_text(head: bytes) -> bool:
    """No control bytes but white space: text in ASCII, UTF-8 or Latin-1."""
    return not re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head)


def _unknown(head: bytes) -> ModelRejected:
    if head.lstrip().startswith(b"{") and b'"asset"' in head:
        return ModelRejected(
            "UNSUPPORTED_FORMAT",
            "This is a glTF text file, which keeps its geometry elsewhere. Export it as GLB.",
        )
    return ModelRejected(
        "NOT_A_MODEL",
        "This file is not a 3D model that can be read. Upload an STL, 3MF, STEP, OBJ, "
        "PLY or GLB file.",
    )
