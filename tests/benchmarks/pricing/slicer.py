"""PrusaSlicer in a process of its own, where it is installed: an oracle beside our estimate."""

import resource
import shutil
import subprocess
import tempfile
from pathlib import Path

COMMAND = "prusa-slicer"


def installed() -> bool:
    return shutil.which(COMMAND) is not None


def cpu_s(model: Path, settings: Path) -> float:
    """Seconds of CPU that slicing one part takes. Raises CalledProcessError where it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            (
                *(COMMAND, "--load", str(settings), "--center", "200,200", "--loglevel", "1"),
                *("--export-gcode", "-o", f"{folder}/part.gcode", str(model)),
            ),
            check=True,
            capture_output=True,
        )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
