"""glTF 2.0: triangles of the default scene, turned from glTF's y-up metres to z-up; and glTF as
text, with its geometry inside as data: URIs."""

import base64
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from jobs.meshes.limits import ReadLimits
from jobs.meshes.mesh import Mesh, finished, refuse_too_many
from jobs.rejection import ModelRejected

_COMPONENTS = {5120: "i1", 5121: "u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}
_TRIANGLES, _STRIP, _FAN = 4, 5, 6
_COMPRESSED, _MULTIPLIED = ("draco", "meshopt"), "instancing"
"""In names of extensions without which geometry would be missing."""
Document = dict[str, Any]


def read(data: bytes, limits: ReadLimits) -> Mesh:
    """glTF as text. Raises ModelRejected."""
    try:
        document = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise broken() from error
    if not isinstance(document, dict) or not isinstance(document.get("asset"), dict):
        raise ModelRejected(
            "NOT_A_MODEL",
            "This is JSON, but not a 3D model. Upload an STL, 3MF, STEP, OBJ, PLY, OFF, GLB or "
            "glTF file.",
        )
    if not str(document["asset"].get("version", "")).startswith("2"):
        raise ModelRejected(
            "UNSUPPORTED_FORMAT", "Only glTF 2.0 is read. Export the part again as GLB 2.0 or STL."
        )
    corners, objects = triangles(document, b"", limits)
    return finished(corners, unit="m", file_format="gltf", objects=objects, limits=limits)


def triangles(
    document: Document, binary: bytes, limits: ReadLimits
) -> tuple[NDArray[np.float64], int]:
    """Triangles (n, 3, 3) in metres, z up, and how many objects they belong to. `binary` is what
    the first buffer holds where it names no address. Raises ModelRejected."""
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            scene = _Scene(document, binary, limits)
            return scene.triangles(), max(1, scene.placed)
    except (
        KeyError,
        IndexError,
        TypeError,
        ValueError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        raise broken() from error


class _Scene:
    def __init__(self, document: Document, binary: bytes, limits: ReadLimits) -> None:
        refused = [
            name
            for name in document.get("extensionsRequired", [])
            if any(word in name for word in _COMPRESSED)
        ]
        refused += [name for name in document.get("extensionsUsed", []) if _MULTIPLIED in name]
        if refused:
            raise ModelRejected(
                "UNSUPPORTED_FORMAT",
                f"The glTF file uses {refused[0]:.60}, which is not read. Export it without that.",
            )
        self._document = document
        self._limits = limits
        self._buffers = [
            _buffer(item, binary if i == 0 else None)
            for i, item in enumerate(document.get("buffers", []))
        ]
        self._meshes: dict[int, NDArray[np.float64]] = {}
        self._total = self._built = 0
        self._visited: set[int] = set()
        self.placed = 0

    def triangles(self) -> NDArray[np.float64]:
        parts: list[NDArray[np.float64]] = [np.empty((0, 3, 3))]
        nodes = self._document.get("nodes", [])
        scenes = self._document.get("scenes")
        if scenes:
            roots = scenes[self._document.get("scene", 0)].get("nodes", [])
        else:
            below = {child for node in nodes for child in node.get("children", [])}
            roots = [index for index in range(len(nodes)) if index not in below]
        for root in roots:
            self._place(root, np.eye(4), 0, parts)
        corners = np.concatenate(parts)
        return np.stack([corners[..., 0], -corners[..., 2], corners[..., 1]], axis=-1)

    def _place(
        self, index: int, above: NDArray[np.float64], depth: int, parts: list[NDArray[np.float64]]
    ) -> None:
        # glTF allows a node one parent only, so a second visit is a loop or a bomb.
        if index in self._visited or depth > self._limits.node_depth:
            raise broken()
        self._visited.add(index)
        node = self._document["nodes"][index]
        world = above @ _local(node)
        if "mesh" in node:
            corners = self._mesh(int(node["mesh"]))
            self._total += len(corners)
            refuse_too_many(self._total, self._limits)
            moved = corners @ world[:3, :3].T + world[:3, 3]
            parts.append(moved[:, ::-1] if np.linalg.det(world[:3, :3]) < 0 else moved)
            self.placed += 1
        for child in node.get("children", []):
            self._place(int(child), world, depth + 1, parts)

    def _mesh(self, index: int) -> NDArray[np.float64]:
        if index not in self._meshes:
            parts: list[NDArray[np.float64]] = [np.empty((0, 3, 3))]
            for primitive in self._document["meshes"][index]["primitives"]:
                mode = int(primitive.get("mode", _TRIANGLES))
                if mode not in (_TRIANGLES, _STRIP, _FAN):
                    continue
                points = self._accessor(int(primitive["attributes"]["POSITION"]))
                if "indices" in primitive:
                    order = self._accessor(int(primitive["indices"])).astype(np.int64).reshape(-1)
                else:
                    order = np.arange(len(points))
                # Counted before they are built: many primitives may name one accessor.
                self._built += len(order) // 3 if mode == _TRIANGLES else len(order)
                refuse_too_many(self._built, self._limits)
                if len(order) and order.min() < 0:
                    raise broken()
                parts.append(self._scale(primitive) * points[_faces(order, mode)])
            self._meshes[index] = np.concatenate(parts)
        return self._meshes[index]

    def _scale(self, primitive: Document) -> float:
        """What a coordinate as it is stored stands for: whole numbers may mean shares of one."""
        accessor = self._document["accessors"][int(primitive["attributes"]["POSITION"])]
        kind = np.dtype(_COMPONENTS[accessor["componentType"]])
        whole = accessor.get("normalized") is True and kind.kind in "iu"
        return 1.0 / np.iinfo(kind).max if whole else 1.0

    def _accessor(self, index: int) -> NDArray[Any]:
        accessor = self._document["accessors"][index]
        if "sparse" in accessor or "bufferView" not in accessor:
            raise ModelRejected(
                "UNSUPPORTED_FORMAT",
                "The glTF file stores its geometry as differences (sparse). Export it as STL.",
            )
        view = self._document["bufferViews"][int(accessor["bufferView"])]
        kind = np.dtype(_COMPONENTS[accessor["componentType"]])
        width = _WIDTHS[accessor["type"]]
        count = int(accessor["count"])
        refuse_too_many(count // 3, self._limits)
        start = int(view.get("byteOffset", 0)) + int(accessor.get("byteOffset", 0))
        stride = int(view.get("byteStride", 0)) or kind.itemsize * width
        buffer = self._buffers[int(view["buffer"])]
        if min(start, count) < 0 or stride < kind.itemsize * width:
            raise broken()
        if count and start + stride * (count - 1) + kind.itemsize * width > len(buffer):
            raise ModelRejected(
                "TRUNCATED", "The glTF file ends before its geometry does. Export it again."
            )
        return np.ndarray((count, width), kind, buffer, start, (stride, kind.itemsize))


def _buffer(item: Document, binary: bytes | None) -> bytes:
    uri = item.get("uri")
    if uri is None:
        return binary or b""
    if isinstance(uri, str) and uri.startswith("data:"):
        kind, _, text = uri.partition(",")
        if not kind.endswith(";base64"):
            raise broken()
        return base64.b64decode(text)
    raise ModelRejected(
        "EXTERNAL_REFERENCE",
        "The glTF file keeps its geometry in another file. Export it as one GLB file.",
    )


def _faces(order: NDArray[np.int64], mode: int) -> NDArray[np.int64]:
    if mode == _TRIANGLES:
        return order[: len(order) // 3 * 3].reshape(-1, 3)
    if mode == _STRIP and len(order) > 2:
        faces = np.stack([order[:-2], order[1:-1], order[2:]], axis=1)
        faces[1::2] = faces[1::2, ::-1]
        return faces
    if mode == _FAN and len(order) > 2:
        return np.stack([np.full(len(order) - 2, order[0]), order[1:-1], order[2:]], axis=1)
    return np.empty((0, 3), np.int64)


def _local(node: Document) -> NDArray[np.float64]:
    if "matrix" in node:
        return np.array(node["matrix"], dtype=np.float64).reshape(4, 4).T
    matrix = np.eye(4)
    x, y, z, w = (float(v) for v in node.get("rotation", (0, 0, 0, 1)))
    matrix[:3, :3] = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    ) * np.array(node.get("scale", (1, 1, 1)), dtype=np.float64)
    matrix[:3, 3] = node.get("translation", (0, 0, 0))
    return matrix


def broken() -> ModelRejected:
    return ModelRejected(
        "BROKEN_FILE", "The glTF file cannot be read. Export the part again, best as STL or 3MF."
    )
