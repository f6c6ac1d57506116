"""A zip archive that nobody trusts: entries are inflated piece by piece and counted."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from jobs.meshes.limits import MIB, ReadLimits
from jobs.rejection import ModelRejected

CHUNK = 1 << 18
_END, _LARGE_LOCATOR = b"PK\x05\x06", b"PK\x06\x07"
_TAIL = (1 << 16) + 22 + 20
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What Python's zip reader raises for damaged, encrypted or exotic archives."""


class Archive:
    """Entries of a zip file by name, within the limits on entries, ratio and inflated bytes."""

    def __init__(self, path: Path, limits: ReadLimits) -> None:
        self._limits = limits
        self._inflated = 0
        if directory_bytes(path) > limits.archive_directory_bytes:
            raise ModelRejected(
                "ARCHIVE_TOO_LARGE",
                "The list of the files inside of the archive is longer than any model needs. "
                "Export only this part as 3MF or STL.",
            )
        try:
            self._zip = zipfile.ZipFile(path)
        except _DAMAGED as error:
            raise _truncated() from error
        entries = self._zip.infolist()
        if len(entries) > limits.archive_entries:
            raise ModelRejected(
                "ARCHIVE_TOO_LARGE",
                f"The archive has {len(entries):,} files inside; at most "
                f"{limits.archive_entries:,} are read. Export only this part as 3MF or STL.",
            )
        self._entries = {entry.filename.lstrip("/").lower(): entry for entry in entries}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def __contains__(self, name: str) -> bool:
        return name.lstrip("/").lower() in self._entries

    def names(self) -> list[str]:
        return list(self._entries)

    def chunks(self, name: str) -> Iterator[bytes]:
        """The entry's bytes, inflated piece by piece. Raises ModelRejected ZIP_BOMB or
        ARCHIVE_TOO_LARGE as soon as a limit is passed, whatever the archive declares."""
        entry = self._entries[name.lstrip("/").lower()]
        # Python's reader inflates the other methods without a bound on what comes out at once.
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ModelRejected(
                "UNSUPPORTED_FORMAT",
                "The archive is packed in a way that 3MF does not know. Export the part again, or "
                "pack it with the usual method (deflate).",
            )
        allowed = max(MIB, entry.compress_size * self._limits.archive_ratio)
        self._refuse(entry.file_size, allowed, self._inflated + entry.file_size)
        seen = 0
        try:
            with self._zip.open(entry) as stream:
                while chunk := stream.read(CHUNK):
                    seen += len(chunk)
                    self._inflated += len(chunk)
                    self._refuse(seen, allowed, self._inflated)
                    yield chunk
        except _DAMAGED as error:
            raise _truncated() from error

    def read(self, name: str) -> bytes:
        return b"".join(self.chunks(name))

    def _refuse(self, entry_bytes: int, allowed: int, total: int) -> None:
        if entry_bytes > allowed:
            raise ModelRejected(
                "ZIP_BOMB",
                "The file unpacks to far more than a model would hold, so it was not opened. "
                "Export the part again as 3MF or STL.",
            )
        if total > self._limits.archive_bytes:
            raise ModelRejected(
                "ARCHIVE_TOO_LARGE",
                f"Unpacked, the file is over {self._limits.archive_bytes / MIB:,.0f} MB. "
                "Reduce the number of triangles, or upload a binary STL.",
            )


def directory_bytes(path: Path) -> int:
    """How long an archive says that the list of its entries is: Python's reader takes all of it
    into memory before it tells how many there are. 0 where there is no end of an archive."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL))
        tail = file.read()
        plain = tail[-22:].startswith(_END) and tail.endswith(b"\0\0")
        end = len(tail) - 22 if plain else tail.rfind(_END)
        if end < 0 or end + 16 > len(tail):
            return 0
        declared = int.from_bytes(tail[end + 12 : end + 16], "little")
        locator = tail[max(0, end - 20) : end]
        if not locator.startswith(_LARGE_LOCATOR):
            return declared
        # Where a locator stands, Python's reader believes the large record before it.
        file.seek(max(0, size - len(tail) + end - 20 - 56))
        large = file.read(56)
        return max(declared % 0xFFFFFFFF, int.from_bytes(large[40:48], "little"))


def _truncated() -> ModelRejected:
    return ModelRejected(
        "TRUNCATED",
        "The archive is damaged or was cut off. Export the part again and upload it again.",
    )
