"""Temporary folders of workers, of which none is left behind for long."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "partline-job-"


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder that is gone when the block is left. What cannot be deleted then, because a killed
    computation still writes into it, is left to `clear_leftovers`."""
    with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as name:
        yield Path(name)


def clear_leftovers(older_than: float) -> int:
    """Delete folders that workers which were killed left more than `older_than` seconds ago, so
    that crashes do not fill the disk; gives their number."""
    cleared = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(FileNotFoundError):
            if folder.stat().st_mtime < time.time() - older_than:
                shutil.rmtree(folder, ignore_errors=True)
                cleared += 1
    return cleared
