"""One supervisor for a state folder: a lock that the kernel takes back when its holder dies."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self


class AlreadyRunningError(Exception):
    """Another supervisor holds the lock."""

    code = "ALREADY_RUNNING"

    def __init__(self, pid: int | None) -> None:
        self.pid = pid
        super().__init__(
            f"Partline already runs from this folder (process {pid or 'unknown'}). "
            "`partline status` shows it, `partline down` stops it; "
            "PARTLINE_HOME and PORT start a second one beside it."
        )


class SupervisorLock:
    """The lock of a state folder; the file tells who holds it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._descriptor: int | None = None
        self.pid = os.getpid()

    def __enter__(self) -> Self:
        """Take the lock. Raises `AlreadyRunningError` when somebody else has it."""
        descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise AlreadyRunningError(_pid_in(self._file)) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{self.pid}\n".encode())
        self._descriptor = descriptor
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the lock back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def holder(file: Path) -> int | None:
    """The process that holds the lock now, or None when nobody does."""
    if not file.exists():
        return None
    descriptor = os.open(file, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _pid_in(file)
    finally:
        os.close(descriptor)
    return None


def _pid_in(file: Path) -> int | None:
    text = file.read_text().strip()
    return int(text) if text.isdigit() else None
