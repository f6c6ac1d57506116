"""Whether the setup already ran on this data, by this code: then a start need not repeat it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_PACKAGES = ("db", "jobs", "partline", "shared", "subgraphs")
_KINDS = frozenset({".py", ".toml"})


@dataclass(frozen=True, slots=True)
class SetupMark:
    """A file that names the code whose setup ended well on the data in `folders`."""

    file: Path
    folders: tuple[Path, ...]

    def stands(self) -> bool:
        """The data is there, and the code has not changed since its setup."""
        if not all(folder.exists() for folder in self.folders) or not self.file.exists():
            return False
        return self.file.read_text() == code_digest()

    def set(self) -> None:
        """The setup of this code ended well."""
        self.file.write_text(code_digest())


def code_digest(root: Path = _ROOT, packages: Iterable[str] = _PACKAGES) -> str:
    """One number for everything that could change what the setup does: its code and its data."""
    digest = hashlib.sha256()
    for package in packages:
        for file in sorted((root / package).rglob("*")):
            if file.suffix in _KINDS:
                digest.update(file.relative_to(root).as_posix().encode() + b"\0")
                digest.update(file.read_bytes() + b"\0")
    return digest.hexdigest()
