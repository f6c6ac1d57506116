"""What the check of a model costs where it costs most: STEP's kernel, and the look for a repair.

    python -m tests.benchmarks.pricing.looking [--reference FOLDER]

CPU time: of importing the kernel in a process of its own, with everything that is installed and
without trimesh, which the kernel's package imports where it is there (Partline installs it for
tests alone); and of looking for a repair of balls that are damaged in four ways, and of each open
part of a folder of reference parts.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from jobs.meshes import Mesh, Triangles, read
from jobs.meshes.measures import measure
from jobs.meshes.repair import repair
from tests.benchmarks.pricing.reference import references
from tests.unit.jobs import solids

REPEATS = 3
DETAILS = (40, 170, 250)
"""Balls of about 6,000, 115,000 and 250,000 triangles."""
_IMPORT = """
import sys, time
sys.modules.update({names})
import numpy
before = time.process_time()
import cascadio
print(time.process_time() - before)
"""


def _one_missing(ball: Triangles) -> Triangles:
    return ball[:-1]


def _rounded(ball: Triangles) -> Triangles:
    size = float(np.ptp(ball.reshape(-1, 3), axis=0).max())
    moved = np.random.default_rng(7).uniform(-1e-5, 1e-5, ball.shape) * size
    return (ball + moved).astype(np.float32)


def _half_missing(ball: Triangles) -> Triangles:
    kept: Triangles = ball[ball[:, :, 2].mean(axis=1) > float(ball[:, :, 2].mean())]
    return kept


def _loose(ball: Triangles) -> Triangles:
    """Every triangle on its own, a tenth of the size from where it was."""
    size = float(np.ptp(ball.reshape(-1, 3), axis=0).max())
    apart = np.random.default_rng(7).uniform(-0.1, 0.1, (len(ball), 1, 3)) * size
    return (ball + apart).astype(np.float32)


DAMAGES = {
    "a triangle missing": _one_missing,
    "corners rounded": _rounded,
    "half of it missing": _half_missing,
    "every triangle loose": _loose,
}


def least_cpu_s(work: Callable[[], object]) -> float:
    """The least CPU seconds of a few runs."""
    found = []
    for _ in range(REPEATS):
        before = time.process_time()
        work()
        found.append(time.process_time() - before)
    return min(found)


def import_cpu_s(*without: str) -> float:
    """CPU seconds of importing the kernel in a fresh process that has not these packages."""
    program = _IMPORT.format(names=repr(dict.fromkeys(without)))
    return min(
        float(
            subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout
        )
        for _ in range(REPEATS)
    )


def open_meshes(folder: Path | None) -> Iterator[tuple[str, Mesh]]:
    """Damaged balls, then the open parts of the reference."""
    for detail in DETAILS:
        ball = solids.sphere(50, detail)
        for damage, damaged in DAMAGES.items():
            yield damage, Mesh(damaged(ball), None, "stl")
    for part in references(folder) if folder else ():
        mesh = read(part.file)
        if not measure(mesh.triangles).closed:
            yield part.file.name, mesh


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reference", type=Path)
    folder = parser.parse_args().reference
    print(f"importing the kernel: {import_cpu_s('trimesh'):.2f} s without trimesh", end=", ")
    print(f"{import_cpu_s():.2f} s with what is installed here")
    for damage, mesh in open_meshes(folder):
        found = repair(mesh)
        seconds = least_cpu_s(lambda mesh=mesh: repair(mesh))  # type: ignore[misc]
        outcome = found.kind if found else "no repair"
        print(f"{mesh.count:>9,} triangles, {damage:<24} {1000 * seconds:>7.0f} ms  {outcome}")


if __name__ == "__main__":
    main()
