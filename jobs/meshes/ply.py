"""PLY: ASCII and binary, vertices and faces."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jobs.meshes.limits import ReadLimits
from jobs.meshes.mesh import Mesh, finished, refuse_too_many
from jobs.meshes.polygons import fan
from jobs.rejection import ModelRejected

_TYPES = {
    "char": "i1", "int8": "i1", "uchar": "u1", "uint8": "u1",
    "short": "i2", "int16": "i2", "ushort": "u2", "uint16": "u2",
    "int": "i4", "int32": "i4", "uint": "u4", "uint32": "u4",
    "float": "f4", "float32": "f4", "double": "f8", "float64": "f8",
}  # fmt: skip
_ORDER = {"ascii": "", "binary_little_endian": "<", "binary_big_endian": ">"}
_HEADER_BYTES = 64 * 1024


@dataclass(frozen=True)
class Property:
    name: str
    kind: str
    count_kind: str = ""


@dataclass(frozen=True)
class Element:
    name: str
    count: int
    properties: tuple[Property, ...]

    @property
    def has_lists(self) -> bool:
        return any(p.count_kind for p in self.properties)


def read(data: bytes, limits: ReadLimits) -> Mesh:
    """Raises ModelRejected."""
    try:
        order, elements, start = _header(data)
        vertices, faces = _body(data[start:], order, elements, limits)
    except (ValueError, KeyError, IndexError, OverflowError) as error:
        raise ModelRejected(
            "BROKEN_FILE",
            "The PLY file cannot be read: its header and its data do not agree. "
            "Export the part again, best as STL or 3MF.",
        ) from error
    return finished(vertices[faces], unit=None, file_format="ply", objects=1, limits=limits)


def _header(data: bytes) -> tuple[str, list[Element], int]:
    end = data.index(b"end_header", 0, _HEADER_BYTES)
    start = data.index(b"\n", end) + 1
    order = "?"
    elements: list[Element] = []
    for line in data[:end].decode("ascii", "replace").splitlines():
        words = line.split()
        match words:
            case ["format", kind, *_]:
                order = _ORDER[kind]
            case ["element", name, count]:
                elements.append(Element(name, int(count), ()))
            case ["property", "list", count_kind, kind, name]:
                _add(elements, Property(name, _TYPES[kind], _TYPES[count_kind]))
            case ["property", kind, name]:
                _add(elements, Property(name, _TYPES[kind]))
    if order == "?" or any(e.count < 0 for e in elements):
        raise ValueError("no format or a negative count")
    return order, elements, start


def _add(elements: list[Element], added: Property) -> None:
    last = elements[-1]
    elements[-1] = Element(last.name, last.count, (*last.properties, added))


def _body(
    body: bytes, order: str, elements: list[Element], limits: ReadLimits
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    vertices: NDArray[np.float64] = np.empty((0, 3))
    faces: NDArray[np.int64] = np.empty((0, 3), np.int64)
    at = 0
    words = body.split() if not order else []
    for element in elements:
        if element.name == "face":
            refuse_too_many(element.count, limits)
        _refuse_truncated(element, (len(words) if not order else len(body)) - at)
        if element.name == "face" or element.has_lists:
            if order:
                found, at = _binary_lists(body, at, element, order)
            else:
                found, at = _ascii_lists(words, at, element)
            faces = found if element.name == "face" else faces
            continue
        if order:
            layout = np.dtype([(p.name, order + p.kind) for p in element.properties])
            rows = np.frombuffer(body, layout, element.count, at)
            at += layout.itemsize * element.count
            table = {p.name: rows[p.name] for p in element.properties}
        else:
            width = len(element.properties)
            block = np.array(words[at : at + width * element.count], dtype=np.float64)
            at += width * element.count
            columns = block.reshape(element.count, width)
            table = {p.name: columns[:, i] for i, p in enumerate(element.properties)}
        if element.name == "vertex":
            vertices = np.stack([table[axis] for axis in "xyz"], axis=1).astype(np.float64)
    if len(faces) and (faces.min() < 0 or faces.max() >= len(vertices)):
        raise ValueError("a face names a vertex that is not there")
    refuse_too_many(len(faces), limits)
    return vertices, faces


def _refuse_truncated(element: Element, left: int) -> None:
    """Every row takes at least one word or byte for each property."""
    if element.count * max(1, len(element.properties)) > left:
        raise ModelRejected(
            "TRUNCATED",
            f"The PLY file declares {element.count:,} of “{element.name}” but ends before them. "
            "Export the part again and upload it again.",
        )


def _binary_lists(
    body: bytes, at: int, element: Element, order: str
) -> tuple[NDArray[np.int64], int]:
    fixed = np.dtype(
        [
            field
            for i, p in enumerate(element.properties)
            for field in (
                [(f"n{i}", order + p.count_kind), (f"v{i}", order + p.kind, 3)]
                if p.count_kind
                else [(f"v{i}", order + p.kind)]
            )
        ]
    )
    if at + fixed.itemsize * element.count <= len(body):
        rows = np.frombuffer(body, fixed, element.count, at)
        lists = [i for i, p in enumerate(element.properties) if p.count_kind]
        if all((rows[f"n{i}"] == 3).all() for i in lists):
            index = lists[0]
            return rows[f"v{index}"].astype(np.int64), at + fixed.itemsize * element.count
    polygons: list[list[int]] = []
    for _ in range(element.count):
        for p in element.properties:
            count = 1
            if p.count_kind:
                counter = np.dtype(order + p.count_kind)
                count = int(np.frombuffer(body, counter, 1, at)[0])
                at += counter.itemsize
            kind = np.dtype(order + p.kind)
            values = np.frombuffer(body, kind, count, at)
            at += kind.itemsize * count
            if p.name in ("vertex_indices", "vertex_index"):
                polygons.append([int(v) for v in values])
    return fan(polygons), at


def _ascii_lists(words: list[bytes], at: int, element: Element) -> tuple[NDArray[np.int64], int]:
    polygons: list[list[int]] = []
    for _ in range(element.count):
        for p in element.properties:
            count = 1
            if p.count_kind:
                count = int(words[at])
                at += 1
            values = words[at : at + count]
            if len(values) != count:
                raise ValueError("a list ends early")
            at += count
            if p.name in ("vertex_indices", "vertex_index"):
                polygons.append([int(v) for v in values])
    return fan(polygons), at
