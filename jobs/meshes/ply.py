"""PLY: text and binary of either order; vertices, faces and strips of triangles."""

import numpy as np
from numpy.typing import NDArray

from jobs.meshes.limits import ReadLimits
from jobs.meshes.mesh import Mesh, finished, refuse_too_many
from jobs.meshes.numbers import numbers
from jobs.meshes.ply_tables import Column, Element, Property, Table, binary_table, text_table
from jobs.meshes.polygons import fan, fan_of
from jobs.rejection import ModelRejected

_TYPES = {
    "char": "i1", "int8": "i1", "uchar": "u1", "uint8": "u1",
    "short": "i2", "int16": "i2", "ushort": "u2", "uint16": "u2",
    "int": "i4", "int32": "i4", "uint": "u4", "uint32": "u4",
    "float": "f4", "float32": "f4", "double": "f8", "float64": "f8",
}  # fmt: skip
_ORDER = {"ascii": "", "binary_little_endian": "<", "binary_big_endian": ">"}
_HEADER_BYTES = 64 * 1024


def read(data: bytes, limits: ReadLimits) -> Mesh:
    """Raises ModelRejected."""
    try:
        order, elements, start = _header(data)
        with np.errstate(invalid="ignore"):
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
    faces: list[NDArray[np.int64]] = [np.empty((0, 3), np.int64)]
    text = None if order else numbers(body)
    if text is None and not order:
        raise ValueError("a word that is no number")
    at = 0
    for element in elements:
        if element.name == "face":
            refuse_too_many(element.count, limits)
        _refuse_truncated(element, (len(body) if text is None else len(text)) - at)
        if text is None:
            table, at = binary_table(body, at, element, order)
        else:
            table, at = text_table(text, at, element)
        if element.name == "vertex":
            columns = [table[axis] for axis in "xyz"]
            vertices = np.stack(columns, axis=1).astype(np.float64)
        elif element.name == "face":
            faces.append(_triangles(table, limits))
        elif element.name == "tristrips":
            faces.append(_strips(table, limits))
    corners = np.concatenate(faces)
    if len(corners) and (corners.min() < 0 or corners.max() >= len(vertices)):
        raise ValueError("a face names a vertex that is not there")
    refuse_too_many(len(corners), limits)
    return vertices, corners


def _refuse_truncated(element: Element, left: int) -> None:
    """Every row takes at least one word or byte for each property."""
    if element.count * max(1, len(element.properties)) > left:
        raise ModelRejected(
            "TRUNCATED",
            f"The PLY file declares {element.count:,} of “{element.name:.40}” but ends before "
            "them. Export the part again and upload it again.",
        )


def _triangles(table: Table, limits: ReadLimits) -> NDArray[np.int64]:
    corners = _corners(table)
    if isinstance(corners, np.ndarray):
        size = corners.shape[1] if corners.ndim == 2 else 0
        refuse_too_many(len(corners) * max(0, size - 2), limits)
        return fan_of(corners.astype(np.int64)) if size > 2 else np.empty((0, 3), np.int64)
    refuse_too_many(sum(max(0, len(polygon) - 2) for polygon in corners), limits)
    return fan([polygon.astype(np.int64).tolist() for polygon in corners])


def _strips(table: Table, limits: ReadLimits) -> NDArray[np.int64]:
    """Strips of triangles that share sides, every second one turned round; −1 starts a new one."""
    faces = [np.empty((0, 3), np.int64)]
    for row in _corners(table):
        strip = np.asarray(row).astype(np.int64)
        refuse_too_many(len(strip), limits)
        index = np.arange(len(strip))
        begun = np.maximum.accumulate(np.where(strip < 0, index, -1))
        found = np.stack([strip[:-2], strip[1:-1], strip[2:]], axis=1)
        turned = (index - begun)[:-2] % 2 == 0
        found[turned] = found[turned][:, ::-1]
        faces.append(found[(found >= 0).all(axis=1)])
    return np.concatenate(faces)


def _corners(table: Table) -> Column:
    for name in ("vertex_indices", "vertex_index"):
        if name in table:
            return table[name]
    raise ValueError("faces without corners")
