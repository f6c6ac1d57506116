"""What the processes print: to a file each, of bounded size, and to the terminal."""

import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

MAX_FILE_BYTES = 5_000_000
_COLOURS = (36, 32, 33, 35, 34, 96, 92, 93, 95, 94)
_RESET = "\x1b[0m"


class LogFile:
    """A file that starts anew when it is full; the one before it is kept as `<name>.1`."""

    def __init__(self, path: Path, max_bytes: int = MAX_FILE_BYTES) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._file: BinaryIO = path.open("ab")

    def write(self, line: bytes) -> None:
        """Append one line, without its line end."""
        if self._file.tell() + len(line) >= self._max_bytes:
            self._file.close()
            self._path.replace(self._path.with_name(self._path.name + ".1"))
            self._file = self._path.open("ab")
        self._file.write(line + b"\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file; nothing may be written afterwards."""
        self._file.close()


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
    """Show a line on standard output; a reader that went away is no reason to stop."""
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stdout = sys.stderr
