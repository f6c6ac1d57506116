"""Wavefront OBJ: vertices and faces; everything else in it is skipped."""

import re

import numpy as np

from jobs.meshes.limits import ReadLimits
from jobs.meshes.mesh import Mesh, finished, refuse_too_many
from jobs.meshes.polygons import fan
from jobs.rejection import ModelRejected

_CONTINUED = re.compile(rb"\\\r?\n")


def read(data: bytes, limits: ReadLimits) -> Mesh:
    vertices: list[bytes] = []
    faces: list[list[int]] = []
    objects = 0
    corners = 0
    try:
        for line in _CONTINUED.sub(b" ", data).splitlines():
            words = line.split()
            if not words:
                continue
            if words[0] == b"v":
                vertices.append(b" ".join(words[1:4]))
            elif words[0] == b"f":
                face = [_index(word, len(vertices)) for word in words[1:]]
                corners += max(0, len(face) - 2)
                refuse_too_many(corners, limits)
                faces.append(face)
            elif words[0] == b"o":
                objects += 1
        points = np.array([v.split() for v in vertices], dtype=np.float64).reshape(-1, 3)
        indices = fan(faces)
    except (ValueError, OverflowError) as error:
        raise _broken() from error
    if len(indices) and (indices.min() < 0 or indices.max() >= len(points)):
        raise _broken()
    return finished(
        points[indices], unit=None, file_format="obj", objects=max(1, objects), limits=limits
    )


def _index(word: bytes, seen: int) -> int:
    number = int(word.split(b"/", 1)[0])
    return number - 1 if number > 0 else seen + number


def _broken() -> ModelRejected:
    return ModelRejected(
        "BROKEN_FILE",
        "The OBJ file has faces or vertices that cannot be read. Export the part again, "
        "best as STL or 3MF.",
    )
