"""How far the estimate is from a slicer, part by part.

    python -m tests.benchmarks.pricing.accuracy FOLDER

FOLDER holds `oracle.csv` and `models/`. Parts with a reason for review are listed and left out of
the summary, as they go to a person.
"""

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from jobs.meshes import read
from jobs.pricing import Analysis, profile
from jobs.pricing.analyse import analyse_placed, placed
from tests.benchmarks.pricing.reference import references


@dataclass
class Errors:
    """Signed relative errors, and whether the interval held."""

    name: str
    values: list[float] = field(default_factory=list)
    held: list[bool] = field(default_factory=list)

    def add(self, estimate: float, interval: tuple[float, float], truth: float) -> float:
        self.values.append(estimate / truth - 1)
        self.held.append(interval[0] <= truth <= interval[1])
        return self.values[-1]

    def summary(self) -> str:
        size = np.abs(self.values)
        return (
            f"{self.name:24} median {np.median(size):6.1%}  p90 {np.quantile(size, 0.9):6.1%}  "
            f"bias {np.median(self.values):+6.1%}  interval held {np.mean(self.held):4.0%}  "
            f"({len(self.values)} parts)"
        )


def main(folder: Path) -> None:
    fdm = profile("fdm-020")
    errors = {name: Errors(name) for name in ("time", "material")}
    supported = {name: Errors(f"{name}, supports") for name in ("time", "material")}
    seconds, slicer = [], []
    for reference in references(folder):
        started = time.process_time()
        part = placed(read(reference.file))
        plain = analyse_placed(part, fdm, supports=False)
        seconds.append(time.process_time() - started)
        slicer.append(reference.slicer_cpu_s)
        line = f"{reference.file.name:10} {reference.family:13} {seconds[-1] * 1000:6.0f} ms"
        if plain.review:
            print(f"{line}  review: {' '.join(plain.review)}")
            continue
        line += _compared(plain, reference.time_s, reference.material_mm3, errors)
        if reference.time_with_support_s and reference.material_with_support_mm3:
            line += "   with supports" + _compared(
                analyse_placed(part, fdm, supports=True),
                reference.time_with_support_s,
                reference.material_with_support_mm3,
                supported,
            )
        print(line)
    print()
    for found in (*errors.values(), *supported.values()):
        print(found.summary())
    print(
        f"computing: median {np.median(seconds) * 1000:.0f} ms for each part, "
        f"the slicer's {np.median(slicer) * 1000:.0f} ms; "
        f"median ratio {np.median(np.array(slicer) / np.array(seconds)):.0f}"
    )


def _compared(
    found: Analysis, time_s: float, material_mm3: float, errors: dict[str, Errors]
) -> str:
    time_error = errors["time"].add(found.print_time_s, found.print_time_interval_s, time_s)
    material_error = errors["material"].add(
        found.material_mm3, found.material_interval_mm3, material_mm3
    )
    return f"  time {time_error:+6.1%}  material {material_error:+6.1%}"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
