"""How far estimates for resin are from PrusaSlicer's, which has to be installed.

    python -m tests.benchmarks.pricing.resin SETTINGS.ini FILE…

SETTINGS.ini says the layers and seconds of `sla-005`. Each file is exported with supports and
pad, and without: minutes of a core for large parts with much to support.
"""

import argparse
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from jobs.meshes import read
from jobs.pricing import Analysis, profile
from jobs.pricing.analyse import analyse_placed, placed

SECONDS = 900
PLAIN = ("--supports-enable=0", "--pad-enable=0")


@dataclass(frozen=True)
class Sliced:
    """What the slicer says: layers, seconds, mm³."""

    layers: int
    time_s: float
    material_mm3: float


def sliced(file: Path, settings: Path, options: tuple[str, ...]) -> Sliced | None:
    """None where the slicer fails or takes longer than SECONDS."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "part.sl1"
        command = [
            "prusa-slicer", "--load", str(settings), "--loglevel", "0", "--center", "64,40",
            *options, "--export-sla", "-o", str(out), str(file),
        ]  # fmt: skip
        try:
            subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return None
        with zipfile.ZipFile(out) as archive:
            lines = archive.read("config.ini").decode().splitlines()
    said = dict(line.split(" = ", 1) for line in lines if " = " in line)
    return Sliced(
        int(said["numFast"]) + int(said["numSlow"]),
        float(said["printTime"]),
        float(said["usedMaterial"]) * 1000,
    )


def main(settings: Path, files: list[Path]) -> None:
    resin = profile("sla-005")
    errors: dict[tuple[str, bool], list[float]] = {}
    for file in files:
        part = placed(read(file))
        for supports in (False, True):
            truth = sliced(file, settings, () if supports else PLAIN)
            words = f"{file.name:14} {'with' if supports else 'without'} supports"
            if truth is None or not part.measures.closed:
                print(f"{words}: left out ({'open mesh' if truth else 'not sliced'})")
                continue
            found: Analysis = analyse_placed(part, resin, supports=supports)
            time = found.print_time_s / truth.time_s - 1
            material = found.material_mm3 / truth.material_mm3 - 1
            errors.setdefault(("time", supports), []).append(time)
            errors.setdefault(("material", supports), []).append(material)
            print(
                f"{words}: layers {found.layers} of {truth.layers}, "
                f"time {time:+.2%}, material {material:+.2%}",
                flush=True,
            )
    for (name, supports), values in errors.items():
        size = np.abs(values)
        print(
            f"{name + (', supports' if supports else ''):20} median {np.median(size):.2%}  "
            f"p90 {np.quantile(size, 0.9):.2%}  ({len(size)} parts)"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog=Path(sys.argv[0]).stem)
    parser.add_argument("settings", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    told = parser.parse_args()
    main(told.settings, told.files)
