"""One task on one file, in a process of its own: `python -m … TASK FILE` prints its CPU seconds.

The tasks of trimesh are what its documentation offers for the same answers.
"""

import sys
import time
from pathlib import Path

import numpy as np

LAYER_MM = 0.2


def ours_measure(file: Path) -> None:
    from jobs.meshes import read
    from jobs.meshes.measures import measure

    started = time.process_time()
    measure(read(file).triangles)
    _tell(started)


def trimesh_measure(file: Path) -> None:
    import trimesh

    started = time.process_time()
    mesh = trimesh.load_mesh(file, file_type="stl")
    _ = mesh.volume, mesh.area, mesh.bounds, mesh.is_watertight, mesh.body_count
    _tell(started)


def ours_layers(file: Path) -> None:
    from jobs.meshes import read
    from jobs.pricing.crossings import Planes
    from jobs.pricing.placement import on_plate

    started = time.process_time()
    planes = Planes(on_plate(read(file).triangles, in_place=True), LAYER_MM)
    planes.segments(0, planes.count)
    _tell(started)


def trimesh_layers(file: Path) -> None:
    import trimesh
    from trimesh.intersections import mesh_multiplane

    started = time.process_time()
    mesh = trimesh.load_mesh(file, file_type="stl")
    low, high = mesh.bounds[:, 2]
    heights = np.arange(LAYER_MM / 2, high - low, LAYER_MM)
    mesh_multiplane(mesh, [0, 0, low], [0, 0, 1], heights)  # type: ignore[no-untyped-call]
    _tell(started)


def ours_whole(file: Path) -> None:
    from jobs.pricing import entry

    started = time.process_time()
    entry.analyse(path=str(file), profiles=["fdm-020"])
    _tell(started)


def _tell(started: float) -> None:
    sys.stdout.write(f"{time.process_time() - started:.6f}\n")


TASKS = {
    task.__name__: task
    for task in (ours_whole, ours_measure, trimesh_measure, ours_layers, trimesh_layers)
}

if __name__ == "__main__":
    TASKS[sys.argv[1]](Path(sys.argv[2]))
