"""What the processes print: to a file each, of bounded size, and to the terminal."""

import errno
import os
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

MAX_FILE_BYTES = 5_000_000
_COLOURS = (36, 32, 33, 35, 34, 96, 92, 93, 95, 94)
_RESET = "\x1b[0m"


class LogFile:
    """A file that starts anew when it is full; the one before it is kept as `<name>.1`.

    What cannot be written is counted and told in the file as soon as it can be: a full disk costs
    lines, and never the process that prints them.
    """

    def __init__(self, path: Path, max_bytes: int = MAX_FILE_BYTES) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._file: BinaryIO | None = None
        self._lost = 0

    def write(self, line: bytes) -> None:
        """Append one line, without its line end."""
        try:
            if self._lost:
                told = f"[{self._lost:,} lines are missing here: they could not be written]"
                self._append(b"\n" + told.encode())
                self._lost = 0
            self._append(line)
        except OSError:
            self._lost += 1

    def close(self) -> None:
        """Close the file; nothing may be written afterwards."""
        if self._file is not None:
            self._file.close()

    def _append(self, line: bytes) -> None:
        if self._file is not None and self._file.tell() + len(line) >= self._max_bytes:
            self._file.close()
            self._file = None
            self._path.replace(self._path.with_name(self._path.name + ".1"))
        if self._file is None:
            # Unbuffered: what a buffer could not write it would try to write again and again.
            self._file = self._path.open("ab", buffering=0)
        written = self._file.write(line + b"\n")
        if written != len(line) + 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Logbook:
    """The log files of all processes below one folder, and their lines on the terminal."""

    def __init__(
        self, folder: Path, names: tuple[str, ...], show: Callable[[str], None], *, colour: bool
    ) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._width = max((len(name) for name in names), default=0)
        self._show = show
        self._colour = colour
        self._files: dict[str, LogFile] = {}

    def write(self, name: str, line: bytes) -> None:
        """Keep a line that the process `name` printed, and show it."""
        if name not in self._files:
            self._files[name] = LogFile(self._folder / f"{name}.log")
        self._files[name].write(line)
        self._show(f"{self._prefix(name)}{line.decode(errors='replace')}")

    def say(self, sentence: str) -> None:
        """Record and show something that the supervisor itself has to tell."""
        self.write("partline", sentence.encode())

    def tail(self, name: str, lines: int = 12) -> str:
        """The last lines of a process, for the one who asks why it did not start."""
        path = self._folder / f"{name}.log"
        if not path.exists():
            return ""
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])

    def close(self) -> None:
        """Close every file."""
        for file in self._files.values():
            file.close()

    def _prefix(self, name: str) -> str:
        padded = name.ljust(self._width)
        if not self._colour:
            return f"{padded} | "
        colour = _COLOURS[zlib.crc32(name.encode()) % len(_COLOURS)]
        return f"\x1b[{colour}m{padded}{_RESET} | "


def print_line(line: str) -> None:
    """Show a line on standard output; a reader that went away is no reason to stop, and neither is
    a full disk below a file that it is sent to."""
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stdout = sys.stderr
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
