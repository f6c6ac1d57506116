"""How much of a model file is read before it is refused."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True)
class ReadLimits:
    """Caps for one file. The defaults let a binary STL of ten million triangles through
    (500 MB on disk, about 1 GB while it is computed) and hold text formats, which cost more
    memory for each triangle, to less."""

    file_bytes: int = 512 * MIB
    text_bytes: int = 384 * MIB
    triangles: int = 10_000_000
    archive_entries: int = 2_000
    archive_directory_bytes: int = 2 * MIB
    archive_bytes: int = 384 * MIB
    archive_ratio: int = 150
    json_bytes: int = 32 * MIB
    component_depth: int = 16
    node_depth: int = 200
    objects: int = 100_000


DEFAULT_LIMITS = ReadLimits()
