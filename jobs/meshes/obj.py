"""Wavefront OBJ: vertices and faces; everything else in it is skipped."""

import re

import numpy as np
from numpy.typing import NDArray

from jobs.meshes.limits import ReadLimits
from jobs.meshes.mesh import Mesh, finished, refuse_too_many
from jobs.meshes.numbers import numbers
from jobs.meshes.polygons import fan_of
from jobs.rejection import ModelRejected

_CONTINUED = re.compile(rb"\\\r?\n")
_LINE = re.compile(rb"(?:\A|[\r\n])[ \t]*([vfo])[ \t]+([^\r\n#]*)")
_AFTER_SLASH = re.compile(rb"/[^ \t\n]*")


def read(data: bytes, limits: ReadLimits) -> Mesh:
    """Raises ModelRejected."""
    vertices: list[bytes] = []
    faces: list[bytes] = []
    seen: list[int] = []
    objects = 0
    for kind, rest in _LINE.findall(_CONTINUED.sub(b" ", data)):
        if kind == b"v":
            vertices.append(rest)
        elif kind == b"f":
            faces.append(rest)
            seen.append(len(vertices))
        else:
            objects += 1
    try:
        points = _points(vertices)
        indices = _triangles(faces, np.array(seen, np.int64), limits)
    except (ValueError, OverflowError) as error:
        raise _broken() from error
    if len(indices) and (indices.min() < 0 or indices.max() >= len(points)):
        raise _broken()
    return finished(
        points[indices], unit=None, file_format="obj", objects=max(1, objects), limits=limits
    )


def _points(lines: list[bytes]) -> NDArray[np.float64]:
    """The first three numbers of each line; what follows are weights or colours."""
    found = numbers(b"\n".join(b" ".join(line.split()[:3]) for line in lines))
    if found is None or len(found) != 3 * len(lines):
        raise ValueError("a vertex without three numbers")
    return found.reshape(-1, 3)


def _triangles(
    lines: list[bytes], seen: NDArray[np.int64], limits: ReadLimits
) -> NDArray[np.int64]:
    """Indices from 0, (n, 3). `seen`: how many vertices stand before each face, from where
    negative numbers count back."""
    if not lines:
        return np.empty((0, 3), np.int64)
    text = b"\n".join(lines)
    if b"/" in text:
        text = _AFTER_SLASH.sub(b"", text)
    sizes = np.array([len(line.split()) for line in text.split(b"\n")], np.int64)
    refuse_too_many(int(np.maximum(sizes - 2, 0).sum()), limits)
    found = numbers(text)
    if found is None or len(found) != sizes.sum() or (found != np.floor(found)).any():
        raise ValueError("a face with words that are no whole numbers")
    with np.errstate(invalid="ignore"):
        written = found.astype(np.int64)
    corners = np.where(written > 0, written - 1, written + np.repeat(seen, sizes))
    corners[written == 0] = -1
    starts = np.cumsum(sizes) - sizes
    parts = [np.empty((0, 3), np.int64)]
    for size in np.unique(sizes[sizes > 2]):
        chosen = starts[sizes == size]
        parts.append(fan_of(corners[chosen[:, None] + np.arange(size)]))
    return np.concatenate(parts)


def _broken() -> ModelRejected:
    return ModelRejected(
        "BROKEN_FILE",
        "The OBJ file has faces or vertices that cannot be read. Export the part again, "
        "best as STL or 3MF.",
    )
