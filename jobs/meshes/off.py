"""OFF (Object File Format, as Geomview describes it): text and binary, any of its prefixes but
those that leave three dimensions."""

import re

import numpy as np
from numpy.typing import NDArray

from jobs.meshes.limits import ReadLimits
from jobs.meshes.mesh import Mesh, finished, refuse_too_many
from jobs.meshes.numbers import numbers
from jobs.meshes.polygons import fan
from jobs.rejection import ModelRejected

# Some writers leave out the white space after the word.
MAGIC = re.compile(rb"\A\s*(?P<kind>(?:ST)?C?N?4?n?)OFF(?:[ \t]+(?P<binary>BINARY)\b|(?=[\s\d#]))")
_COMMENT = re.compile(rb"#[^\n]*")
_COUNTS = re.compile(rb"\s*(\d{1,18})\s+(\d{1,18})(?:[ \t]+\d{1,18})?[ \t]*\r?\n")
_EXTRA = {b"ST": 2, b"C": 4, b"N": 3}
Corners = NDArray[np.float64]
Faces = NDArray[np.int64]


def read(data: bytes, limits: ReadLimits) -> Mesh:
    """Raises ModelRejected."""
    start = MAGIC.match(data)
    if start is None or b"4" in start["kind"] or b"n" in start["kind"]:
        raise ModelRejected(
            "UNSUPPORTED_FORMAT",
            "This OFF file holds points of four or more dimensions. Export the part as STL or 3MF.",
        )
    try:
        if start["binary"]:
            points, faces = _binary(data[start.end() :], start["kind"], limits)
        else:
            points, faces = _text(data[start.end() :], limits)
    except (ValueError, OverflowError) as error:
        raise _broken() from error
    if len(faces) and (faces.min() < 0 or faces.max() >= len(points)):
        raise _broken()
    return finished(points[faces], unit=None, file_format="off", objects=1, limits=limits)


def _text(body: bytes, limits: ReadLimits) -> tuple[Corners, Faces]:
    body = _COMMENT.sub(b"", body)
    counts = _COUNTS.match(body)
    if counts is None:
        raise ValueError("no counts")
    vertices, faces = int(counts[1]), int(counts[2])
    # A vertex or a face takes at least a digit and the end of its line.
    _refuse_missing(vertices, faces, 2 * (vertices + faces), len(body) - counts.end() + 1, limits)
    lines = [line for line in body[counts.end() :].splitlines() if line and not line.isspace()]
    _refuse_missing(vertices, faces, vertices + faces, len(lines), limits)
    points = _columns(lines[:vertices])
    if points is None or (vertices and points.shape[1] < 3):
        raise ValueError("vertices without three numbers")
    indices = _columns(lines[vertices : vertices + faces])
    if indices is not None and faces and indices.shape[1] > 3 and (indices[:, 0] == 3).all():
        return points[:, :3], indices[:, 1:4].astype(np.int64)
    return points[:, :3], _polygons(lines[vertices : vertices + faces], limits)


def _columns(lines: list[bytes]) -> Corners | None:
    """Numbers of lines that all have as many as the first, else None."""
    found = numbers(b"\n".join(lines))
    if found is None or not lines:
        return found if found is None else np.empty((0, 3))
    width = len(lines[0].split())
    if len(found) != width * len(lines) or any(len(line.split()) != width for line in lines):
        return None
    return found.reshape(-1, width)


def _polygons(lines: list[bytes], limits: ReadLimits) -> Faces:
    polygons, triangles = [], 0
    for line in lines:
        size, *rest = line.split()
        corners = [int(word) for word in rest[: int(size)]]
        if len(corners) != int(size):
            raise ValueError("a face ends early")
        triangles += max(0, len(corners) - 2)
        refuse_too_many(triangles, limits)
        polygons.append(corners)
    return fan(polygons)


def _binary(body: bytes, kind: bytes, limits: ReadLimits) -> tuple[Corners, Faces]:
    """Big-endian: three counts; vertices as floats; faces as a size, corners, and colours."""
    body = body[body.index(b"\n") + 1 :]
    vertices, faces, _edges = (int(count) for count in np.frombuffer(body, ">i4", 3))
    if vertices < 0 or faces < 0:
        raise ValueError("a negative count")
    width = 3 + sum(extra for prefix, extra in _EXTRA.items() if prefix in kind)
    at = 12 + 4 * width * vertices
    _refuse_missing(vertices, faces, at + 8 * faces, len(body), limits)
    points = np.frombuffer(body, ">f4", width * vertices, 12).reshape(-1, width)[:, :3]
    words = np.frombuffer(body, ">i4", (len(body) - at) // 4, at)
    plain = words[: 5 * faces].reshape(-1, 5) if len(words) >= 5 * faces else None
    if plain is not None and (plain[:, 0] == 3).all() and (plain[:, 4] == 0).all():
        return points.astype(np.float64), plain[:, 1:4].astype(np.int64)
    polygons, triangles, place = [], 0, 0
    for _ in range(faces):
        size = int(words[place]) if place < len(words) else -1
        end = place + 1 + size
        if size < 0 or end >= len(words) or words[end] < 0:
            raise ValueError("a face ends early")
        triangles += max(0, size - 2)
        refuse_too_many(triangles, limits)
        polygons.append(words[place + 1 : end].tolist())
        place = end + 1 + int(words[end])
    return points.astype(np.float64), fan(polygons)


def _refuse_missing(vertices: int, faces: int, needed: int, there: int, limits: ReadLimits) -> None:
    if needed > there:
        raise ModelRejected(
            "TRUNCATED",
            f"The OFF file declares {vertices:,} vertices and {faces:,} faces but ends before "
            "them. Export the part again and upload it again.",
        )
    refuse_too_many(faces, limits)


def _broken() -> ModelRejected:
    return ModelRejected(
        "BROKEN_FILE",
        "The OFF file has counts, vertices or faces that cannot be read. Export the part again, "
        "best as STL or 3MF.",
    )
