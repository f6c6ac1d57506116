"""The files that looking at a model leaves in the working directory, and how large each may be."""

from dataclasses import dataclass
from typing import Final

MIB = 1024 * 1024


@dataclass(frozen=True)
class Output:
    """A file by its name; whoever takes it over refuses more than `most_bytes`."""

    name: str
    most_bytes: int


PREVIEW: Final = Output("preview.png", 4 * MIB)
VIEWER: Final = Output("view.glb", 32 * MIB)
REPAIRED: Final = Output("repaired.stl", 256 * MIB)
