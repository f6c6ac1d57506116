"""How far the first rough estimate is from a slicer, and whether its interval holds.

    python -m tests.benchmarks.pricing.rough FOLDER

FOLDER holds `oracle.csv` and `models/`. The estimate knows box, volume and area alone.
"""

import sys
from pathlib import Path

import numpy as np

from jobs.meshes import read
from jobs.pricing import profile, rough_analysis
from jobs.pricing.analyse import placed
from tests.benchmarks.pricing.reference import references


def main(folder: Path) -> None:
    found: dict[str, list[tuple[float, bool, float, bool]]] = {}
    for reference in references(folder):
        part = placed(read(reference.file)).measures
        rough = rough_analysis(profile("fdm-020"), part.box, part.volume, part.area)
        time = reference.time_with_support_s or reference.time_s
        material = reference.material_with_support_mm3 or reference.material_mm3
        low, high = rough.print_time_interval_s
        least, most = rough.material_interval_mm3
        found.setdefault(reference.family, []).append(
            (
                time / rough.print_time_s,
                low <= time <= high,
                material / rough.material_mm3,
                least <= material <= most,
            )
        )
    for family, rows in (*found.items(), ("all", [row for some in found.values() for row in some])):
        time_share, time_held, material_share, material_held = np.array(rows).T
        print(
            f"{family:14} {len(rows):3} parts  slicer / rough: "
            f"time median {np.median(time_share):.2f}, interval held {np.mean(time_held):4.0%}; "
            f"material median {np.median(material_share):.2f}, "
            f"interval held {np.mean(material_held):4.0%}"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
