"""The part that is ordered."""

import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    content: bytes


def read_part(file: Path) -> Part:
    return Part(file.name, file.read_bytes())


def draw_part(sample: str = "bracket") -> Part:
    """One of Partline's own demo parts, as binary STL."""
    from jobs.models.samples import write_sample  # noqa: PLC0415 - geometry costs its own imports

    with tempfile.TemporaryDirectory(prefix="partline-demo-") as folder:
        return read_part(write_sample(sample, Path(folder) / f"{sample}.stl"))
