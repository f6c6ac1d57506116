"""How far the estimate is from a slicer, part by part and family by family.

    python -m tests.benchmarks.pricing.accuracy FOLDER [--plot FILE.svg] [--slice]

FOLDER holds `oracle.csv` and `models/`. Parts with a reason for review are listed and left out of
the summary, as they go to a person. These are the errors of the profile as it is; errors with each
family left out of the fit are what `partline calibrate PROFILE FOLDER/oracle.csv` prints. --slice
runs PrusaSlicer beside it, where it is installed, with `fdm_020_nosupport.ini` of FOLDER, so that
both are measured on one machine; else its seconds come from `oracle.csv`.
"""

import argparse
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from jobs.meshes import read
from jobs.pricing import Analysis, profile
from jobs.pricing.analyse import analyse_placed, placed
from tests.benchmarks.pricing import slicer
from tests.benchmarks.pricing.reference import Reference, references
from tests.benchmarks.pricing.scatter import Dot, drawing


@dataclass
class Errors:
    """Signed relative errors, and whether the interval held."""

    values: list[float] = field(default_factory=list)
    held: list[bool] = field(default_factory=list)

    def add(self, estimate: float, interval: tuple[float, float], truth: float) -> float:
        self.values.append(estimate / truth - 1)
        self.held.append(interval[0] <= truth <= interval[1])
        return self.values[-1]

    def summary(self, name: str) -> str:
        size = np.abs(self.values)
        return (
            f"{name:36} median {np.median(size):6.1%}  p90 {np.quantile(size, 0.9):6.1%}  "
            f"bias {np.median(self.values):+6.1%}  interval held {np.mean(self.held):4.0%}  "
            f"({len(self.values)} parts)"
        )


class Comparison:
    """All errors so far, by quantity and family, and what they took."""

    def __init__(self) -> None:
        self.errors: dict[tuple[str, str], Errors] = defaultdict(Errors)
        self.dots: list[Dot] = []
        self.ours_s: list[float] = []
        self.slicer_s: list[float] = []

    def part(self, reference: Reference, slicer_s: float) -> str:
        fdm = profile("fdm-020")
        started = time.process_time()
        part = placed(read(reference.file))
        plain = analyse_placed(part, fdm, supports=False)
        self.ours_s.append(time.process_time() - started)
        self.slicer_s.append(slicer_s)
        line = f"{reference.file.name:10} {reference.family:13} {self.ours_s[-1] * 1000:6.0f} ms"
        if plain.review:
            return f"{line}  review: {' '.join(plain.review)}"
        line += self._compared(
            plain, reference.time_s, reference.material_mm3, reference.family, ""
        )
        if reference.time_with_support_s and reference.material_with_support_mm3:
            line += "   with supports" + self._compared(
                analyse_placed(part, fdm, supports=True),
                reference.time_with_support_s,
                reference.material_with_support_mm3,
                reference.family,
                ", supports",
            )
        return line

    def _compared(
        self, found: Analysis, time_s: float, material_mm3: float, family: str, ending: str
    ) -> str:
        pairs = (
            ("time", found.print_time_s, found.print_time_interval_s, time_s),
            ("material", found.material_mm3, found.material_interval_mm3, material_mm3),
        )
        line = ""
        for quantity, estimate, interval, truth in pairs:
            for group in (family, "all families"):
                error = self.errors[group, quantity + ending].add(estimate, interval, truth)
            self.dots.append(Dot(family, quantity, error))
            line += f"  {quantity} {error:+6.1%}"
        return line

    def summary(self) -> str:
        families = sorted({family for family, _ in self.errors} - {"all families"})
        lines = [
            self.errors[family, name].summary(f"{family}: {name}")
            for family in [*families, "all families"]
            for name in ("time", "material", "time, supports", "material, supports")
            if (family, name) in self.errors
        ]
        ours, theirs = np.array(self.ours_s), np.array(self.slicer_s)
        lines.append(
            f"computing: median {np.median(ours) * 1000:.0f} ms for each part, the slicer's "
            f"{np.median(theirs) * 1000:.0f} ms; median ratio {np.median(theirs / ours):.0f}, of "
            f"all together {theirs.sum() / ours.sum():.0f}"
        )
        return "\n".join(lines)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--plot", type=Path)
    arguments.add_argument("--slice", action="store_true")
    chosen = arguments.parse_args()
    if chosen.slice and not slicer.installed():
        arguments.error(f"{slicer.COMMAND} is not installed")
    comparison = Comparison()
    for reference in references(chosen.folder):
        seconds = reference.slicer_cpu_s
        if chosen.slice:
            seconds = slicer.cpu_s(reference.file, chosen.folder / "fdm_020_nosupport.ini")
        print(comparison.part(reference, seconds), flush=True)
    print(f"\n{comparison.summary()}")
    if chosen.plot:
        title = "Estimate against slicer, fdm-020, with and without supports"
        chosen.plot.write_text(drawing(comparison.dots, title), "utf-8")


if __name__ == "__main__":
    main()
