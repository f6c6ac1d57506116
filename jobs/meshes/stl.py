"""STL, binary and ASCII."""

import re
from pathlib import Path

import numpy as np

from jobs.meshes.limits import ReadLimits
from jobs.meshes.mesh import Mesh, Triangles, finished, refuse_too_many
from jobs.meshes.numbers import numbers
from jobs.rejection import ModelRejected

HEADER = 84
RECORDS_AT_ONCE = 1 << 15
RECORD = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
_WIDE_WORDS = re.compile(rb"\bfacet[ \t]+normal\b")
_VERTEX = re.compile(rb"[\r\n][ \t]*vertex[ \t]([^\r\n]*)")


def declared_count(head: bytes) -> int:
    """The triangle count that a binary STL of this beginning declares."""
    return int.from_bytes(head[80:84], "little")


def is_whole_binary(head: bytes, size: int) -> bool:
    """A binary STL is exactly as long as its count says. The word "solid" at its start proves
    nothing: many exporters write it into binary headers too."""
    return len(head) >= HEADER and size == HEADER + RECORD.itemsize * declared_count(head)


def looks_binary(head: bytes) -> bool:
    """Whether the first records hold unit or zero normals and reasonable corners, as an STL that
    was cut off or padded would."""
    room = (len(head) - HEADER) // RECORD.itemsize
    if room < 1:
        return False
    records = np.frombuffer(head, RECORD, min(room, 16), HEADER)
    with np.errstate(over="ignore", invalid="ignore"):
        lengths = np.sqrt((records["normal"].astype(np.float64) ** 2).sum(axis=1))
        unit = (np.abs(lengths - 1) < 0.05) | (lengths < 1e-6)
        sane = np.abs(records["corners"]).max(axis=(1, 2)) < 1e7
    return bool((unit & sane).mean() > 0.7)


def read_binary(path: Path, head: bytes, size: int, limits: ReadLimits) -> Mesh:
    count = declared_count(head)
    room = (size - HEADER) // RECORD.itemsize
    if count > room:
        raise _truncated(count, room)
    if count < room and (size - HEADER) % RECORD.itemsize == 0:
        raise ModelRejected(
            "BROKEN_FILE",
            f"The file says it holds {count:,} triangles, but it is as long as {room:,}. "
            "Export the part again, so that none of it is left out.",
        )
    refuse_too_many(count, limits)
    triangles = _corners(path, count)
    return finished(triangles, unit=None, file_format="stl", objects=1, limits=limits)


def _corners(path: Path, count: int) -> Triangles:
    """Read piece by piece: a mapped file would count as memory, all of it."""
    triangles = np.empty((count, 3, 3), np.float32)
    records = np.empty(min(count, RECORDS_AT_ONCE), RECORD)
    with path.open("rb", buffering=0) as file:
        file.seek(HEADER)
        for start in range(0, count, RECORDS_AT_ONCE):
            piece = records[: count - start]
            if file.readinto(piece.view(np.uint8).data) != piece.nbytes:
                raise _truncated(count, start)
            triangles[start : start + len(piece)] = piece["corners"]
    return triangles


def _truncated(declared: int, found: int) -> ModelRejected:
    return ModelRejected(
        "TRUNCATED",
        f"The file says it holds {declared:,} triangles, but it ends after {found:,}. "
        "The upload or the export was cut off: export the part again and upload it again.",
    )


def read_ascii(data: bytes, limits: ReadLimits) -> Mesh:
    """Raises ModelRejected. Normals are skipped: they follow from the corners."""
    text, facets = data, data.count(b"endfacet")
    if facets == 0 or text.count(b"facet normal") != facets:
        text = _WIDE_WORDS.sub(b"facet normal", data.lower())
        facets = text.count(b"endfacet")
    if text.count(b"facet normal") != facets or b"endsolid" not in text[-4096:].lower():
        raise ModelRejected(
            "TRUNCATED",
            f"The text of this STL ends in the middle, after {facets:,} triangles. "
            "Export the part again and upload it again.",
        )
    refuse_too_many(facets, limits)
    corners = _VERTEX.findall(text)
    values = numbers(b"\n".join(corners))
    if values is None or len(corners) != 3 * facets or len(values) != 9 * facets:
        raise ModelRejected(
            "BROKEN_FILE",
            "This STL is written in a way that cannot be read (facets with missing or malformed "
            "numbers). Export the part again, best as binary STL.",
        )
    return finished(
        values.reshape(-1, 3, 3),
        unit=None,
        file_format="stl",
        objects=max(1, text.count(b"endsolid")),
        limits=limits,
    )


def write_binary(triangles: Triangles, path: Path) -> None:
    """Write triangles (n, 3, 3) as binary STL with computed normals."""
    records = np.zeros(len(triangles), RECORD)
    normal = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    length = np.linalg.norm(normal, axis=1, keepdims=True)
    records["normal"] = normal / np.where(length > 0, length, 1)
    records["corners"] = triangles
    with path.open("wb") as file:
        file.write(b"Partline".ljust(80) + len(triangles).to_bytes(4, "little"))
        file.write(records.tobytes())
