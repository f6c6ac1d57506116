"""The rows of a PLY element as columns."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any] | list[NDArray[Any]]
"""One number for each row (n,), a list of one length for each row (n, k), or lists of several."""
Table = dict[str, Column]


@dataclass(frozen=True)
class Property:
    """`kind` as numpy names it; `count_kind` is that of a list's length, else empty."""

    name: str
    kind: str
    count_kind: str = ""


@dataclass(frozen=True)
class Element:
    name: str
    count: int
    properties: tuple[Property, ...]


def binary_table(body: bytes, at: int, element: Element, order: str) -> tuple[Table, int]:
    """The rows that start at byte `at`, and where they end. Raises ValueError."""
    if not element.count or not element.properties:
        return {p.name: np.empty((0, 3) if p.count_kind else 0) for p in element.properties}, at
    sizes = _binary_sizes(body, at, element, order)
    layout = np.dtype(
        [
            field
            for p, size in zip(element.properties, sizes, strict=True)
            for field in (
                [(f"count {p.name}", order + p.count_kind), (p.name, order + p.kind, (size,))]
                if p.count_kind
                else [(p.name, order + p.kind)]
            )
        ]
    )
    if at + layout.itemsize * element.count <= len(body):
        rows = np.frombuffer(body, layout, element.count, at)
        sized = zip(element.properties, sizes, strict=True)
        if all((rows[f"count {p.name}"] == size).all() for p, size in sized if p.count_kind):
            return {p.name: rows[p.name] for p in element.properties}, at + rows.nbytes
    return _binary_rows(body, at, element, order)


def _binary_sizes(body: bytes, at: int, element: Element, order: str) -> list[int]:
    """How long the lists of the first row are."""
    sizes = []
    for p in element.properties:
        size = 1
        if p.count_kind:
            size, at = _counted(body, at, order + p.count_kind)
        sizes.append(size)
        at += size * np.dtype(p.kind).itemsize
    return sizes


def _binary_rows(body: bytes, at: int, element: Element, order: str) -> tuple[Table, int]:
    rows: dict[str, list[NDArray[Any]]] = {p.name: [] for p in element.properties}
    kinds = [np.dtype(order + p.kind) for p in element.properties]
    for _ in range(element.count):
        for p, kind in zip(element.properties, kinds, strict=True):
            size = 1
            if p.count_kind:
                size, at = _counted(body, at, order + p.count_kind)
            rows[p.name].append(np.frombuffer(body, kind, size, at))
            at += kind.itemsize * size
    return _table(rows, element), at


def _counted(body: bytes, at: int, kind: str) -> tuple[int, int]:
    size = int(np.frombuffer(body, kind, 1, at)[0])
    if size < 0:
        raise ValueError("a list of negative length")
    return size, at + np.dtype(kind).itemsize


def text_table(words: NDArray[np.float64], at: int, element: Element) -> tuple[Table, int]:
    """The rows that start at number `at`, and where they end. Raises ValueError."""
    sizes, width = [], 0
    for p in element.properties:
        size = 1
        if p.count_kind and element.count:
            size = _size(words, at + width)
            width += 1
        sizes.append(size)
        width += size
    if at + width * element.count > len(words):
        return _text_rows(words, at, element)
    rows = words[at : at + width * element.count].reshape(element.count, width)
    table: Table = {}
    place = 0
    for p, size in zip(element.properties, sizes, strict=True):
        if p.count_kind:
            if not (rows[:, place] == size).all():
                return _text_rows(words, at, element)
            place += 1
        table[p.name] = rows[:, place : place + size] if p.count_kind else rows[:, place]
        place += size
    return table, at + width * element.count


def _text_rows(words: NDArray[np.float64], at: int, element: Element) -> tuple[Table, int]:
    rows: dict[str, list[NDArray[Any]]] = {p.name: [] for p in element.properties}
    for _ in range(element.count):
        for p in element.properties:
            size = 1
            if p.count_kind:
                size, at = _size(words, at), at + 1
            values = words[at : at + size]
            if len(values) != size:
                raise ValueError("a row ends early")
            rows[p.name].append(values)
            at += size
    return _table(rows, element), at


def _size(words: NDArray[np.float64], at: int) -> int:
    size = float(words[at])
    if not (size >= 0 and size.is_integer()):
        raise ValueError("a list of no length")
    return int(size)


def _table(rows: dict[str, list[NDArray[Any]]], element: Element) -> Table:
    return {
        p.name: rows[p.name] if p.count_kind else np.array([row[0] for row in rows[p.name]])
        for p in element.properties
    }
