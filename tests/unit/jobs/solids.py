"""Small closed meshes and the files that hold them, for the tests."""

import base64
import struct
import zipfile
from pathlib import Path

import numpy as np
import orjson

from jobs.meshes import Mesh, Triangles
from jobs.meshes.stl import RECORD, write_binary

CORNERS = np.array([[x, y, z] for z in (0, 1) for y in (0, 1) for x in (0, 1)], dtype=np.float32)
FACES = np.array(
    [
        [0, 2, 3], [0, 3, 1], [4, 5, 7], [4, 7, 6], [0, 1, 5], [0, 5, 4],
        [2, 6, 7], [2, 7, 3], [0, 4, 6], [0, 6, 2], [1, 3, 7], [1, 7, 5],
    ]
)  # fmt: skip


def box(
    x: float = 10, y: float = 10, z: float = 10, at: tuple[float, ...] = (0, 0, 0)
) -> Triangles:
    corners = CORNERS * np.array([x, y, z], np.float32) + np.array(at, np.float32)
    return corners[FACES]


def sphere(radius: float, detail: int = 48) -> Triangles:
    """A closed ball made of latitude rings."""
    around = np.linspace(0, 2 * np.pi, 2 * detail, endpoint=False)
    up = np.linspace(0, np.pi, detail + 1)
    ring = np.stack([np.cos(around), np.sin(around)], axis=1)
    grid = np.concatenate(
        [
            np.sin(up)[:, None, None] * ring[None],
            np.tile(np.cos(up)[:, None, None], (1, 2 * detail, 1)),
        ],
        axis=2,
    )
    grid[0], grid[-1] = (0, 0, 1), (0, 0, -1)
    points = (grid * radius).astype(np.float32)
    after = np.roll(points, -1, axis=1)
    a, b, c, d = points[:-1], points[1:], after[1:], after[:-1]
    triangles = np.concatenate(
        [
            np.stack([a, b, c], axis=2).reshape(-1, 3, 3),
            np.stack([a, c, d], axis=2).reshape(-1, 3, 3),
        ]
    )
    sides = triangles - np.roll(triangles, 1, axis=1)
    return triangles[(np.abs(sides).sum(axis=2) > 0).all(axis=1)]


def mesh(triangles: Triangles, unit: str | None = None) -> Mesh:
    return Mesh(triangles, unit, "stl")


def stl(path: Path, triangles: Triangles | None = None) -> Path:
    with np.errstate(invalid="ignore", over="ignore"):
        write_binary(box() if triangles is None else triangles, path)
    return path


def large_stl(path: Path, count: int) -> Path:
    """A binary STL of `count` equal triangles, written in blocks."""
    block = np.zeros(100_000, RECORD)
    block["corners"] = box()[0]
    with path.open("wb") as file:
        file.write(bytes(80) + count.to_bytes(4, "little"))
        for start in range(0, count, len(block)):
            file.write(block[: min(len(block), count - start)].tobytes())
    return path


def ascii_stl(triangles: Triangles) -> bytes:
    lines = ["solid part of a machine"]
    for corners in triangles:
        lines += ["  facet normal 0 0 1", "    outer loop"]
        lines += [f"      vertex {x:e} {y:e} {z:e}" for x, y, z in corners]
        lines += ["    endloop", "  endfacet"]
    return "\n".join([*lines, "endsolid part of a machine", ""]).encode()


def obj() -> bytes:
    lines = [f"v {x * 10} {y * 10} {z * 10}" for x, y, z in CORNERS]
    quads = [(1, 3, 4, 2), (5, 6, 8, 7), (1, 2, 6, 5), (3, 7, 8, 4), (1, 5, 7, 3), (2, 4, 8, 6)]
    lines += ["# a box of quads", "usemtl steel", "o box"]
    lines += ["f " + " ".join(f"{corner}//1" for corner in quad) for quad in quads]
    return "\n".join(lines).encode()


def ply(kind: str = "ascii") -> bytes:
    header = (
        f"ply\nformat {kind} 1.0\ncomment made by a test\nelement vertex 8\nproperty float x\n"
        "property float y\nproperty float z\nelement face 12\n"
        "property list uchar int vertex_indices\nend_header\n"
    ).encode()
    if kind == "ascii":
        rows = [" ".join(str(v * 10) for v in corner) for corner in CORNERS]
        rows += ["3 " + " ".join(map(str, face)) for face in FACES]
        return header + "\n".join(rows).encode()
    order = "<" if "little" in kind else ">"
    body = (CORNERS * 10).astype(order + "f4").tobytes()
    return header + body + b"".join(struct.pack(order + "B3i", 3, *face) for face in FACES)


MODEL = """<?xml version="1.0" encoding="UTF-8"?>
{before}<model unit="{unit}" xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02">
<resources>{resources}</resources><build>{build}</build></model>"""
RELATIONSHIPS = """<?xml version="1.0"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship
Target="/3D/3dmodel.model" Id="r" Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/>
</Relationships>"""


def object_xml(number: int) -> str:
    """A box of 10 units as a 3MF object."""
    vertices = "".join(f'<vertex x="{x * 10}" y="{y * 10}" z="{z * 10}"/>' for x, y, z in CORNERS)
    triangles = "".join(f'<triangle v1="{a}" v2="{b}" v3="{c}"/>' for a, b, c in FACES)
    return (
        f'<object id="{number}" type="model"><mesh><vertices>{vertices}</vertices>'
        f"<triangles>{triangles}</triangles></mesh></object>"
    )


def threemf(
    path: Path,
    resources: str | None = None,
    build: str = '<item objectid="1"/>',
    unit: str = "millimeter",
    before: str = "",
) -> Path:
    model = MODEL.format(
        before=before, unit=unit, resources=resources or object_xml(1), build=build
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", RELATIONSHIPS)
        archive.writestr("3D/3dmodel.model", model)
    return path


def glb(document_change: dict[str, object] | None = None) -> bytes:
    """A box of one metre in glTF's y-up axes."""
    positions = CORNERS.astype("<f4").tobytes()
    order = FACES.astype("<u2").tobytes()
    document: dict[str, object] = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "scale": [1, 2, 3]}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1}]}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": 8, "type": "VEC3"},
            {"bufferView": 1, "componentType": 5123, "count": 36, "type": "SCALAR"},
        ],
        "bufferViews": [
            {"buffer": 0, "byteLength": len(positions)},
            {"buffer": 0, "byteOffset": len(positions), "byteLength": len(order)},
        ],
        "buffers": [{"byteLength": len(positions) + len(order)}],
    }
    text = orjson.dumps(document | (document_change or {}))
    text += b" " * (-len(text) % 4)
    body = positions + order
    return (
        struct.pack("<4sII", b"glTF", 2, 28 + len(text) + len(body))
        + struct.pack("<II", len(text), 0x4E4F534A)
        + text
        + struct.pack("<II", len(body), 0x004E4942)
        + body
    )


def gltf(document_change: dict[str, object] | None = None, uri: str | None = None) -> bytes:
    """As `glb`, as text with its geometry inside."""
    whole = glb()
    size = struct.unpack_from("<I", whole, 12)[0]
    document = orjson.loads(whole[20 : 20 + size])
    body = base64.b64encode(whole[28 + size :]).decode()
    document["buffers"][0]["uri"] = uri or f"data:application/octet-stream;base64,{body}"
    return orjson.dumps(document | (document_change or {}), option=orjson.OPT_INDENT_2)


QUADS = [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]


def off() -> bytes:
    """A box of quads with colours and comments, as text."""
    lines = ["OFF # a box", "8 6 12", ""]
    lines += [f"{x * 10:g} {y * 10:g} {z * 10:g}" for x, y, z in CORNERS]
    lines += ["# faces"] + ["4 " + " ".join(map(str, quad)) + " 255 0 0" for quad in QUADS]
    return "\n".join(lines).encode()


def binary_off(*, quads: bool = False) -> bytes:
    """A box as big-endian OFF."""
    faces = [list(quad) for quad in QUADS] if quads else FACES.tolist()
    body = b"".join(
        struct.pack(f">{len(face) + 2}i", len(face), *face, 0)
        for face in faces
    )  # fmt: skip
    counts = struct.pack(">3i", len(CORNERS), len(faces), 0)
    return b"OFF BINARY\n" + counts + (CORNERS * 10).astype(">f4").tobytes() + body
