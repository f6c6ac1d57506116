"""Files that people send by mistake or in malice."""

import io
import struct
import zipfile

import numpy as np


def text_named_stl() -> bytes:
    return b"Dear Partline,\nplease find my part attached.\n" * 20


def truncated_stl() -> bytes:
    return b"\0" * 80 + struct.pack("<I", 1_000) + b"\0" * 50 * 10


def zip_bomb_3mf() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        with file.open("3D/3dmodel.model", "w", force_zip64=True) as model:
            model.write(b"<model><resources>")
            for _ in range(512):
                model.write(b" " * 1024 * 1024)
    return archive.getvalue()


def huge_part() -> bytes:
    corners = np.array([[0, 0, 0], [5000, 0, 0], [0, 5000, 0], [0, 0, 5000]], dtype="<f4")
    faces = corners[[[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]]]
    return binary_stl(faces)


def binary_stl(triangles: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]") -> bytes:
    records = np.zeros(len(triangles), dtype=[("n", "<f4", 3), ("v", "<f4", (3, 3)), ("a", "<u2")])
    records["v"] = triangles
    return b"\0" * 80 + struct.pack("<I", len(triangles)) + records.tobytes()


def five_million_triangles() -> bytes:
    side = 1_581
    x, y = np.meshgrid(np.linspace(0, 90, side), np.linspace(0, 90, side))
    z = (np.sin(x / 4) * np.cos(y / 5)).astype("<f4")
    grid = np.stack([x, y, z], axis=-1).astype("<f4")
    a, b, c, d = grid[:-1, :-1], grid[:-1, 1:], grid[1:, :-1], grid[1:, 1:]
    upper = np.stack([a, b, c], axis=2).reshape(-1, 3, 3)
    lower = np.stack([b, d, c], axis=2).reshape(-1, 3, 3)
    return binary_stl(np.concatenate([upper, lower]))
