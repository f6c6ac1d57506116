"""3MF: the core specification's meshes, components and build items, and parts kept in other
model files of the archive (production extension)."""

import posixpath
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jobs.meshes.archive import Archive
from jobs.meshes.limits import ReadLimits
from jobs.meshes.mesh import Mesh, finished, refuse_too_many
from jobs.meshes.threemf_xml import Key, Model, Placed, broken, parse_model, parse_relationships
from jobs.rejection import ModelRejected

_UNITS = {
    "micron": "micron", "millimeter": "mm", "centimeter": "cm",
    "inch": "inch", "foot": "foot", "meter": "m",
}  # fmt: skip
Matrix = NDArray[np.float64]


def read(path: Path, limits: ReadLimits) -> Mesh:
    with Archive(path, limits) as archive:
        root = _root(archive)
        models = _load(archive, root, limits)
    units = {models[root].unit, *(model.unit for model in models.values() if model.objects)}
    if len(units) > 1 or not units <= _UNITS.keys():
        raise broken("its units contradict each other or are none that 3MF knows")
    scene = _Scene(models, limits)
    items = models[root].items or [
        Placed(key, np.eye(4)) for key in models[root].objects if not scene.is_part(key)
    ]
    total = sum(scene.count(item.key, 0) for item in items)
    refuse_too_many(total, limits)
    placed: list[NDArray[np.float32]] = []
    with np.errstate(over="ignore", invalid="ignore"):
        for item in items:
            scene.place(item.key, item.transform, placed)
    return finished(
        np.concatenate(placed) if placed else np.empty((0, 3, 3), np.float32),
        unit=_UNITS[models[root].unit],
        file_format="3mf",
        objects=max(1, len(placed)),
        limits=limits,
    )


def _root(archive: Archive) -> str:
    if "_rels/.rels" in archive:
        target = parse_relationships(archive.chunks("_rels/.rels"))
        if target and target in archive:
            return _canonical(target)
    models = [name for name in archive.names() if name.endswith(".model")]
    if "3d/3dmodel.model" in models:
        return "3d/3dmodel.model"
    if len(models) == 1:
        return models[0]
    raise ModelRejected(
        "UNSUPPORTED_FORMAT",
        "This is an archive without a 3MF model inside. Unpack it and upload the model itself.",
    )


def _load(archive: Archive, root: str, limits: ReadLimits) -> dict[str, Model]:
    models: dict[str, Model] = {}
    waiting = [root]
    while waiting:
        name = waiting.pop()
        if name in models:
            continue
        if name not in archive:
            raise broken("a part of it names a file that is not in the archive")
        models[name] = parse_model(archive.chunks(name), name, limits)
        waiting += [key[0] for key in models[name].references()]
    return models


def _canonical(name: str) -> str:
    return posixpath.normpath("/" + name).lstrip("/").lower()


class _Scene:
    """Objects of all model files, counted before any of them is multiplied out."""

    def __init__(self, models: dict[str, Model], limits: ReadLimits) -> None:
        self._objects = {key: found for m in models.values() for key, found in m.objects.items()}
        self._limits = limits
        self._counts: dict[Key, int] = {}
        self._parts = {c.key for found in self._objects.values() for c in found.components}

    def is_part(self, key: Key) -> bool:
        return key in self._parts

    def count(self, key: Key, depth: int) -> int:
        """Triangles of an object with all its components, without building them."""
        if key in self._counts:
            return self._counts[key]
        if depth > self._limits.component_depth:
            raise ModelRejected(
                "TOO_MANY_TRIANGLES",
                f"Its components are nested more than {self._limits.component_depth} deep, or "
                "contain themselves. Merge them into one body and export it again.",
            )
        found = self._objects.get(key)
        if found is None:
            raise broken("it places an object that is not in the file")
        total = len(found.triangles) + sum(self.count(c.key, depth + 1) for c in found.components)
        self._counts[key] = total
        return total

    def place(self, key: Key, transform: Matrix, placed: list[NDArray[np.float32]]) -> None:
        found = self._objects[key]
        if len(placed) >= self._limits.objects:
            raise ModelRejected(
                "TOO_MANY_TRIANGLES",
                f"The file places more than {self._limits.objects:,} objects. "
                "Upload one part for each file.",
            )
        if len(found.triangles):
            points = found.vertices @ transform[:3, :3] + transform[3, :3]
            corners = points.astype(np.float32)[found.triangles]
            if np.linalg.det(transform[:3, :3]) < 0:
                corners = corners[:, ::-1]
            placed.append(corners)
        for component in found.components:
            if self._counts[component.key]:
                self.place(component.key, component.transform @ transform, placed)
