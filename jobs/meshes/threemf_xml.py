"""The XML of a 3MF archive, read by expat with everything refused that a model does not need:
document types, entities, anything outside the archive."""

import posixpath
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from xml.parsers import expat

import numpy as np
from numpy.typing import NDArray

from jobs.meshes.limits import ReadLimits
from jobs.meshes.mesh import refuse_too_many
from jobs.rejection import ModelRejected

Key = tuple[str, str]
_PRODUCTION = "http://schemas.microsoft.com/3dmanufacturing/production/2015/06"
_MODEL_RELATIONSHIP = "/3dmodel"
Attributes = dict[str, str]


@dataclass(frozen=True)
class Placed:
    """An object at a place: `transform` is 4×4 for row vectors, as 3MF writes it."""

    key: Key
    transform: NDArray[np.float64]


@dataclass
class Object:
    vertices: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 3)))
    triangles: NDArray[np.int64] = field(default_factory=lambda: np.empty((0, 3), np.int64))
    components: list[Placed] = field(default_factory=list)


@dataclass
class Model:
    unit: str = "millimeter"
    objects: dict[Key, Object] = field(default_factory=dict)
    items: list[Placed] = field(default_factory=list)

    def references(self) -> list[Key]:
        parts = [c.key for found in self.objects.values() for c in found.components]
        return parts + [item.key for item in self.items]


def broken(what: str) -> ModelRejected:
    return ModelRejected(
        "BROKEN_FILE", f"The 3MF file cannot be read: {what}. Export the part again."
    )


def parse_relationships(chunks: Iterable[bytes]) -> str | None:
    """Where the package's root relationships say the model is."""
    found: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        kind = attributes.get("Type", "")
        if name.endswith("Relationship") and kind.lower().endswith(_MODEL_RELATIONSHIP):
            if attributes.get("TargetMode") == "External":
                raise ModelRejected(
                    "EXTERNAL_REFERENCE",
                    "The 3MF file keeps its model outside of itself. Export it as one file.",
                )
            found.append(attributes.get("Target", ""))

    _parse(chunks, start, lambda _name: None)
    return found[0].lstrip("/") if found else None


def parse_model(chunks: Iterable[bytes], name: str, limits: ReadLimits) -> Model:
    """One .model part. Raises ModelRejected."""
    builder = _ModelBuilder(name, limits)
    _parse(chunks, builder.start, builder.end)
    return builder.model


def _parse(
    chunks: Iterable[bytes],
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None],
) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end

    def forbid(*_: object) -> int:
        raise ModelRejected(
            "XML_FORBIDDEN",
            "The 3MF file declares XML entities or a document type, which a model never needs. "
            "Export the part again from your CAD program.",
        )

    parser.StartDoctypeDeclHandler = forbid
    parser.EntityDeclHandler = forbid
    parser.ExternalEntityRefHandler = forbid
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise broken("its XML is damaged or ends too early") from error
    except (LookupError, ValueError, OverflowError) as error:
        raise broken(
            "a number or an attribute in it is missing or malformed, or its encoding is unknown"
        ) from error


class _ModelBuilder:
    def __init__(self, name: str, limits: ReadLimits) -> None:
        self.model = Model()
        self._name = name
        self._limits = limits
        self._vertices = array("d")
        self._triangles = array("q")
        self._key: Key | None = None
        self._components: list[Placed] = []

    def start(self, qualified: str, attributes: Attributes) -> None:
        name = qualified.rpartition(" ")[2]
        if name == "vertex":
            self._vertices.extend(float(attributes[axis]) for axis in "xyz")
        elif name == "triangle":
            self._triangles.extend(int(attributes[corner]) for corner in ("v1", "v2", "v3"))
            if len(self._triangles) % 300_000 == 0:
                refuse_too_many(len(self._triangles) // 3, self._limits)
        elif name == "object":
            self._key = (self._name, attributes["id"])
            self._vertices, self._triangles = array("d"), array("q")
            self._components = []
        elif name == "component":
            self._components.append(self._placed(attributes))
        elif name == "item":
            # Slicers keep what lies beside the plate in the file and say so.
            if attributes.get("printable") != "0":
                self.model.items.append(self._placed(attributes))
        elif name == "model":
            self.model.unit = attributes.get("unit", "millimeter")

    def end(self, qualified: str) -> None:
        if qualified.rpartition(" ")[2] != "object" or self._key is None:
            return
        vertices = np.array(self._vertices, dtype=np.float64).reshape(-1, 3)
        triangles = np.array(self._triangles, dtype=np.int64).reshape(-1, 3)
        if len(triangles) and (triangles.min() < 0 or triangles.max() >= len(vertices)):
            raise broken("a triangle names a corner that is not there")
        if len(self.model.objects) >= self._limits.objects:
            raise broken("it holds too many objects")
        self.model.objects[self._key] = Object(vertices, triangles, self._components)
        self._key = None

    def _placed(self, attributes: Attributes) -> Placed:
        path = attributes.get(f"{_PRODUCTION} path")
        file = posixpath.normpath("/" + path).lstrip("/").lower() if path else self._name
        transform = np.eye(4)
        if written := attributes.get("transform"):
            values = [float(word) for word in written.split()]
            if len(values) != 12:
                raise broken("a transformation in it does not have twelve numbers")
            transform[:, :3] = np.array(values).reshape(4, 3)
        return Placed((file, attributes["objectid"]), transform)
