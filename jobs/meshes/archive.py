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


def _truncated() -> ModelRejected:
    return ModelRejected(
        "TRUNCATED",
        "The archive is damaged or was cut off. Export the part again and upload it again.",
    )
