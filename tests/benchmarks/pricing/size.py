"""CPU time and peak memory by triangle count, trimesh's own operations beside ours.

    python -m tests.benchmarks.pricing.size [--triangles 10000 100000 …] [--trimesh-up-to N]

Each task has a process of its own; its memory is the most that was ever resident, the interpreter
and all libraries included, its CPU time what it computed after its imports.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.pricing.size_tasks import TASKS

COUNTS = (10_000, 100_000, 1_000_000, 5_000_000, 10_000_000)
TRIMESH_UP_TO = 1_000_000
KIB_IN_MIB = 1024 if sys.platform == "linux" else 1024 * 1024
HEADER = (
    "| triangles | task | CPU | wall | peak memory | CPU, times ours | memory, times ours |\n"
    "| ---: | --- | ---: | ---: | ---: | ---: | ---: |"
)
WORDS = {
    "ours_whole": "the whole FDM analysis, with supports",
    "ours_measure": "read and measure",
    "trimesh_measure": "the same by trimesh",
    "ours_layers": "read and cut into layers of 0.2 mm",
    "trimesh_layers": "the same by trimesh",
}


@dataclass(frozen=True)
class Cost:
    cpu_s: float
    wall_s: float
    peak_mib: float


def cost(task: str, file: Path) -> Cost | None:
    """None when the task broke down, as it does when memory runs out."""
    command = [sys.executable, "-m", "tests.benchmarks.pricing.size_tasks", task, str(file)]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        return None
    return Cost(float(said), time.perf_counter() - started, usage.ru_maxrss / KIB_IN_MIB)


def written(file: Path, triangles: int) -> int:
    """In a process of its own: a child starts with the peak of the one that it was forked from."""
    command = [sys.executable, "-m", "tests.benchmarks.pricing.ball", str(file), str(triangles)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def rows(triangles: int, file: Path, *, with_trimesh: bool) -> list[str]:
    costs: dict[str, Cost | None] = {}
    lines = []
    for task in TASKS:
        theirs = task.startswith("trimesh")
        if theirs and not with_trimesh:
            continue
        costs[task] = found = cost(task, file)
        compared = ["", ""]
        ours = costs.get(task.replace("trimesh", "ours"))
        if found is None:
            lines.append(f"| {triangles:,} | {WORDS[task]} | broke down | | | | |")
            continue
        if theirs and ours is not None:
            compared = [
                f"{found.cpu_s / ours.cpu_s:.1f} ×",
                f"{found.peak_mib / ours.peak_mib:.1f} ×",
            ]
        lines.append(
            f"| {triangles:,} | {WORDS[task]} | {found.cpu_s:.2f} s | {found.wall_s:.2f} s | "
            f"{found.peak_mib:,.0f} MB | {compared[0]} | {compared[1]} |"
        )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triangles", type=int, nargs="+", default=COUNTS)
    parser.add_argument("--trimesh-up-to", type=int, default=TRIMESH_UP_TO)
    options = parser.parse_args()
    sys.stdout.write(HEADER + "\n")
    with tempfile.TemporaryDirectory() as folder:
        for wanted in options.triangles:
            file = Path(folder) / "ball.stl"
            count = written(file, wanted)
            for line in rows(count, file, with_trimesh=count <= options.trimesh_up_to):
                sys.stdout.write(line + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
