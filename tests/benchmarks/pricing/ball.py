"""A knobbly ball of 80 mm in any number of triangles: closed, curved everywhere, no two layers
alike. `python -m tests.benchmarks.pricing.ball FILE TRIANGLES` writes it and tells the count."""

import sys
from pathlib import Path

import numpy as np

from jobs.meshes.stl import RECORD

RADIUS_MM = 40.0


def write_ball(path: Path, triangles: int) -> int:
    """Write a binary STL of about `triangles` triangles; returns how many there are."""
    rings = max(4, int(np.sqrt(triangles / 4)))
    up = np.linspace(0, np.pi, rings + 1)[:, None]
    around = np.linspace(0, 2 * np.pi, 2 * rings, endpoint=False)[None]
    flat = np.sin(up) ** 2
    knobs = 0.1 * np.sin(7 * around) * np.sin(5 * up) + 0.01 * np.sin(90 * around) * np.sin(80 * up)
    radius = RADIUS_MM * (1 + flat * knobs)
    points = np.stack(
        [
            radius * np.sin(up) * np.cos(around),
            radius * np.sin(up) * np.sin(around),
            radius * np.cos(up),
        ],
        axis=2,
    ).astype(np.float32)
    points[0], points[-1] = points[0, 0], points[-1, 0]
    after = np.roll(points, -1, axis=1)
    upper = np.stack([points[:-1], points[1:], after[1:]], axis=2)[:-1].reshape(-1, 3, 3)
    lower = np.stack([points[:-1], after[1:], after[:-1]], axis=2)[1:].reshape(-1, 3, 3)
    count = len(upper) + len(lower)
    with path.open("wb") as file:
        file.write(bytes(80) + count.to_bytes(4, "little"))
        for half in (upper, lower):
            records = np.zeros(len(half), RECORD)
            records["corners"] = half
            records.tofile(file)
    return count


if __name__ == "__main__":
    sys.stdout.write(f"{write_ball(Path(sys.argv[1]), int(sys.argv[2]))}\n")
