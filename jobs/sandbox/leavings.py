"""Files that a computation left in its folder. Whoever took it over decided what they are."""

import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jobs.sandbox.failure import ComputationFailed


@contextmanager
def opened(folder: Path, name: str, most_bytes: int) -> Iterator[io.BufferedReader]:
    """The file called `name` in `folder`, to be read.

    Raises ComputationFailed CRASHED when it is missing, larger than `most_bytes`, a link of any
    kind, or no file at all: neither is followed or waited for.
    """
    try:
        file = open(folder / name, "rb", opener=_without_following)  # noqa: SIM115 (closed below)
    except OSError as error:
        raise ComputationFailed("CRASHED", f"{name} cannot be opened: {error!r}") from error
    with file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
            raise ComputationFailed("CRASHED", f"{name} is not a file of its own")
        if found.st_size > most_bytes:
            raise ComputationFailed("CRASHED", f"{name} has {found.st_size:,} bytes")
        yield file


def content(folder: Path, name: str, most_bytes: int) -> bytes:
    """All of it; raises as `opened` does."""
    with opened(folder, name, most_bytes) as file:
        return file.read(most_bytes)


def _without_following(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
