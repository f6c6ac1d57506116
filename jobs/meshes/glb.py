"""GLB: glTF 2.0 in one binary file."""

import struct
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray

from jobs.meshes.gltf import Document, broken, triangles
from jobs.meshes.limits import ReadLimits
from jobs.meshes.mesh import Mesh, finished
from jobs.rejection import ModelRejected


def read(path: Path, limits: ReadLimits) -> Mesh:
    corners, objects = decoded(path.read_bytes(), limits)
    return finished(corners, unit="m", file_format="glb", objects=objects, limits=limits)


def decoded(data: bytes, limits: ReadLimits) -> tuple[NDArray[np.float64], int]:
    """Triangles (n, 3, 3) of a GLB in metres, z up, and how many objects they belong to."""
    try:
        document, binary = _chunks(data, limits)
    except (ValueError, struct.error) as error:
        raise broken() from error
    return triangles(document, binary, limits)


def _chunks(data: bytes, limits: ReadLimits) -> tuple[Document, bytes]:
    _magic, version, length = struct.unpack_from("<4sII", data)
    if version != 2:
        raise ModelRejected(
            "UNSUPPORTED_FORMAT", "Only glTF 2.0 is read. Export the part again as GLB 2.0 or STL."
        )
    if length > len(data):
        raise ModelRejected(
            "TRUNCATED", "The GLB file was cut off. Export the part again and upload it again."
        )
    size, kind = struct.unpack_from("<II", data, 12)
    if kind != 0x4E4F534A or size > limits.json_bytes:
        raise broken()
    document = orjson.loads(data[20 : 20 + size])
    if not isinstance(document, dict):
        raise broken()
    at = 20 + size
    binary = b""
    if at + 8 <= len(data):
        size, kind = struct.unpack_from("<II", data, at)
        binary = data[at + 8 : at + 8 + size]
    return document, binary
