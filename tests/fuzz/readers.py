"""Damaged files against the readers: a valid mesh or a refusal comes out, soon, in little memory.

    python -m tests.fuzz.readers --seconds 60 [--format stl] [--seed 1] [--keep FOLDER]

Every file is named by its seed and number, so a find can be made again with `--seed` and `--only`.
What was found is written to FOLDER and told at the end; the exit status is then 1.
"""

import argparse
import hashlib
import resource
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import FrameType

import numpy as np

from jobs.meshes import Mesh, ModelRejected, read
from jobs.meshes.measures import measure
from tests.fuzz.corpus import corpus
from tests.fuzz.mutations import mutated

SECONDS_FOR_ONE = 3
MEMORY_BYTES = 1 << 30
"""On top of what the process maps before it reads: files of the corpus are a few kilobytes."""
UNITS = {"mm", "cm", "m", "inch", "foot", "micron", None}
CODES = {
    "NO_FILE", "EMPTY_FILE", "NOT_A_MODEL", "UNSUPPORTED_FORMAT", "TRUNCATED", "BROKEN_FILE",
    "NO_TRIANGLES", "NOT_FINITE", "TOO_MANY_TRIANGLES", "FILE_TOO_LARGE", "ZIP_BOMB",
    "ARCHIVE_TOO_LARGE", "XML_FORBIDDEN", "EXTERNAL_REFERENCE",
}  # fmt: skip


class TooSlow(Exception):
    """Reading one small file took SECONDS_FOR_ONE."""


@dataclass(frozen=True)
class Find:
    kind: str
    number: int
    what: str
    data: bytes

    @property
    def name(self) -> str:
        return f"{self.kind}-{hashlib.sha256(self.data).hexdigest()[:12]}"


def damaged(kind: str, seed: int, number: int) -> bytes:
    """The file of this number: the same in every run."""
    random = Random(f"{kind} {seed} {number}")
    return mutated(random.choice(corpus()[kind]), kind, random)


def check(path: Path) -> str:
    """Read and measure a file: the code that it was refused with, or "" for a valid mesh.

    Raises AssertionError for a mesh or a refusal that breaks its promise, and whatever else comes
    out of a reader."""
    try:
        mesh = read(path)
    except ModelRejected as error:
        refusal = error
    else:
        _hold(mesh)
        return ""
    assert refusal.code in CODES, f"a code that nobody knows: {refusal.code}"
    assert refusal.sentence.endswith("."), "no sentence"
    return refusal.code


def _hold(mesh: Mesh) -> None:
    triangles = mesh.triangles
    assert triangles.dtype == np.float32, "not float32"
    assert triangles.ndim == 3, "not triangles"
    assert triangles.shape[1:] == (3, 3), "not triangles"
    assert len(triangles), "no triangle"
    assert triangles.flags.c_contiguous, "not in one block"
    assert bool(np.isfinite(triangles).all()), "a corner at no place"
    assert mesh.unit in UNITS, f"a unit that nobody knows: {mesh.unit}"
    assert mesh.objects >= 1, "no object"
    found = measure(triangles)
    numbers = (found.volume, found.area, *found.low, *found.high)
    assert bool(np.isfinite(numbers).all()), "a measure that is no number"


@contextmanager
def bounded() -> Iterator[None]:
    """Within, memory is limited and warnings are errors."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm") as file:
        mapped = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (mapped + MEMORY_BYTES, before[1]))
    handler = signal.signal(signal.SIGALRM, _too_slow)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            yield
    finally:
        signal.signal(signal.SIGALRM, handler)
        resource.setrlimit(resource.RLIMIT_AS, before)


def _too_slow(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlow


def tried(kind: str, number: int, data: bytes, path: Path) -> tuple[str, Find | None]:
    path.write_bytes(data)
    signal.setitimer(signal.ITIMER_REAL, SECONDS_FOR_ONE)
    try:
        return check(path), None
    except Exception:
        return "found", Find(kind, number, traceback.format_exc(limit=-3), data)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--runs", type=int, help="at most so many files of each format")
    parser.add_argument("--format", choices=sorted(corpus()), action="append")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="the file of this number alone")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-finds"))
    options = parser.parse_args()
    kinds = options.format or sorted(corpus())
    finds: dict[str, Find] = {}
    codes: dict[str, int] = {}
    until = time.monotonic() + options.seconds
    number = options.only or 0
    with tempfile.TemporaryDirectory() as folder, bounded():
        path = Path(folder) / "part"
        while time.monotonic() < until and (options.runs is None or number < options.runs):
            for kind in kinds:
                data = damaged(kind, options.seed, number)
                code, find = tried(kind, number, data, path)
                codes[code or "read"] = codes.get(code or "read", 0) + 1
                if find is not None:
                    finds.setdefault(find.what, find)
            number += 1
            if options.only is not None:
                break
    for code, count in sorted(codes.items(), key=lambda item: -item[1]):
        sys.stdout.write(f"{count:>9,}  {code}\n")
    for find in finds.values():
        options.keep.mkdir(exist_ok=True)
        (options.keep / find.name).write_bytes(find.data)
        sys.stdout.write(
            f"\n{find.kind}, number {find.number} of seed {options.seed}, kept as "
            f"{options.keep / find.name}:\n{find.what}"
        )
    return 1 if finds else 0


if __name__ == "__main__":
    sys.exit(main())
