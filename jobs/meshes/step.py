"""STEP (ISO 10303-21): surfaces of a CAD program, turned into triangles by OpenCASCADE.

The kernel is C++ that may hang, crash or eat memory over a hostile file, and it loads 100 MB of
libraries: call this in the sandbox's child only, where it is imported when the first file needs it.
"""

import contextlib
import re
import resource
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from jobs.meshes import glb
from jobs.meshes.limits import MIB, ReadLimits
from jobs.meshes.mesh import Mesh, finished
from jobs.rejection import ModelRejected

MAGIC = b"ISO-10303-21"
LINEAR_MM = 0.01
"""How far a triangle may lie from its surface: a fifth of the finest printed layer."""
ANGULAR = 0.25
"""How far two neighbours may turn, in radians: 25 sides for the smallest hole."""
LARGEST_BYTES = 96 * MIB
CPU_SECONDS = 60

# Numbers such as these make the kernel hang. Every repetition is bounded, so that the search is
# linear whatever the file holds.
_NO_PLACE = re.compile(
    rb"(?:CARTESIAN_POINT|DIRECTION)\s{0,9}\(\s{0,9}'[^']{0,200}'\s{0,9},\s{0,9}\("
    rb"(?:[^)]{0,200},)?\s{0,9}[-+]?(?:[A-Z]|\d{10}|[\d.]{1,40}E\+?0{0,9}[1-9]\d)",
    re.IGNORECASE,
)


def read(path: Path, limits: ReadLimits) -> Mesh:
    """All solids and surfaces of all parts, at their places, in mm whatever unit the file uses.

    Raises ModelRejected. Ends the process by SIGXCPU when the kernel takes more than CPU_SECONDS
    of computing time, which the sandbox tells as TIMEOUT.
    """
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        raise ModelRejected(
            "FILE_TOO_LARGE",
            f"The STEP file is {size / MIB:,.0f} MB; at most {LARGEST_BYTES / MIB:,.0f} MB can be "
            "read. Export only this part, or export it as binary STL.",
        )
    data = path.read_bytes()
    _refuse_broken(data)
    corners, objects = glb.decoded(_triangulated(data), limits)
    # The kernel writes metres with z up; reading it as glTF has turned y up into z up.
    x, y, z = np.moveaxis(corners * 1000.0, -1, 0)
    turned_back = np.stack([x, z, -y], axis=-1)
    return finished(turned_back, unit="mm", file_format="step", objects=objects, limits=limits)


def _refuse_broken(data: bytes) -> None:
    if b"END-ISO-10303-21" not in data[-4096:]:
        raise ModelRejected(
            "TRUNCATED",
            "The STEP file ends in the middle. Export the part again and upload it again.",
        )
    if _NO_PLACE.search(data):
        raise ModelRejected(
            "NOT_FINITE",
            "A point of the STEP file lies at no real place (not a number, or infinitely far). "
            "Repair the model in your CAD program and export it again.",
        )


def _triangulated(data: bytes) -> bytes:
    import cascadio  # noqa: PLC0415 (100 MB of libraries that only a STEP file needs)

    try:
        with cpu_limited(CPU_SECONDS):
            glb_bytes: bytes = cascadio.load(data, "step", LINEAR_MM, ANGULAR, use_parallel=False)
    except (RuntimeError, ValueError) as error:
        raise _broken() from error
    if not glb_bytes:
        raise _broken()
    return glb_bytes


@contextlib.contextmanager
def cpu_limited(seconds: int) -> Iterator[None]:
    """End this process when it computes longer than `seconds` from now."""
    before, hard = resource.getrlimit(resource.RLIMIT_CPU)
    used = resource.getrusage(resource.RUSAGE_SELF)
    wanted = int(used.ru_utime + used.ru_stime) + seconds
    known = [limit for limit in (before, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_CPU, (min([wanted, *known]), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (before, hard))


def _broken() -> ModelRejected:
    return ModelRejected(
        "BROKEN_FILE",
        "The STEP file cannot be read. Export the part again as STEP (AP214 or AP242), or as STL.",
    )
