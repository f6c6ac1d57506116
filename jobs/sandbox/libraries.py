"""Where Python and the libraries of a computation lie, which it may load when it needs them."""

import os
import sys
import sysconfig
from pathlib import Path

JOBS = Path(__file__).resolve().parents[1]
_SYSTEM = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
    "/sys/devices/system/cpu",
    "/dev/urandom",
)


def readable() -> tuple[Path, ...]:
    """Folders and files that hold nothing but code, and what the C library asks of the machine.

    Not the folder in which a checkout of Partline lies: its settings and data may be there, too.
    """
    found = [JOBS]
    for name in ("stdlib", "platstdlib", "purelib", "platlib"):
        found.append(Path(sysconfig.get_path(name)))
    found.append(Path(sysconfig.get_config_var("LIBDIR") or sys.base_prefix))
    found += (
        Path(entry) for entry in sys.path if Path(entry).name in {"site-packages", "dist-packages"}
    )
    named = os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    found += (Path(entry) for entry in named if entry)
    found += (Path(entry) for entry in _SYSTEM)
    return tuple(dict.fromkeys(found))
