"""Reference parts that a slicer has sliced: a folder with `oracle.csv` and `models/`."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Reference:
    """What the slicer says of one part; None where it did not slice it with supports."""

    file: Path
    family: str
    time_s: float
    material_mm3: float
    time_with_support_s: float | None
    material_with_support_mm3: float | None
    slicer_cpu_s: float


def references(folder: Path) -> Iterator[Reference]:
    with (folder / "oracle.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            yield Reference(
                file=folder / "models" / row["model"],
                family=row["group"],
                time_s=float(row["time_s_ns"]),
                material_mm3=float(row["fil_mm3_ns"]),
                time_with_support_s=float(row["time_s_sup"]) if row["time_s_sup"] else None,
                material_with_support_mm3=(
                    float(row["fil_mm3_sup"]) if row["fil_mm3_sup"] else None
                ),
                slicer_cpu_s=float(row["cpu_s_ns"]),
            )
