"""The model that a browser shows: a small GLB (glTF 2.0) of our own making."""

import struct

import numpy as np
import orjson

from jobs.meshes import Triangles
from jobs.models.decimation import indexed

MOST_TRIANGLES = 200_000
_FLOAT, _UNSIGNED_INT = 5126, 5125
_ARRAY_BUFFER, _ELEMENT_ARRAY_BUFFER = 34962, 34963
_JSON, _BIN = 0x4E4F534A, 0x004E4942


def viewer_glb(triangles: Triangles, scale_to_mm: float = 1.0, most: int = MOST_TRIANGLES) -> bytes:
    """GLB with one mesh of at most `most` triangles: positions in mm, z up, the middle of the
    box's floor at the origin; faces without normals (flat shading is the viewer's)."""
    vertices, faces = indexed(triangles, most)
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    foot = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]], np.float32)
    vertices = ((vertices - foot) * np.float32(scale_to_mm)).astype("<f4")
    indices = faces.astype("<u4").reshape(-1)
    positions, order = vertices.tobytes(), indices.tobytes()
    document = {
        "asset": {"version": "2.0", "generator": "Partline"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1}]}],
        "accessors": [
            {
                "bufferView": 0,
                "componentType": _FLOAT,
                "count": len(vertices),
                "type": "VEC3",
                "min": vertices.min(axis=0).tolist(),
                "max": vertices.max(axis=0).tolist(),
            },
            {
                "bufferView": 1,
                "componentType": _UNSIGNED_INT,
                "count": len(indices),
                "type": "SCALAR",
            },
        ],
        "bufferViews": [
            {"buffer": 0, "byteLength": len(positions), "target": _ARRAY_BUFFER},
            {
                "buffer": 0,
                "byteOffset": len(positions),
                "byteLength": len(order),
                "target": _ELEMENT_ARRAY_BUFFER,
            },
        ],
        "buffers": [{"byteLength": len(positions) + len(order)}],
    }
    text = orjson.dumps(document)
    text += b" " * (-len(text) % 4)
    body = positions + order
    return b"".join(
        [
            struct.pack("<4sII", b"glTF", 2, 12 + 8 + len(text) + 8 + len(body)),
            struct.pack("<II", len(text), _JSON),
            text,
            struct.pack("<II", len(body), _BIN),
            body,
        ]
    )
