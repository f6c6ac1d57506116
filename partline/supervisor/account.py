"""The unprivileged account a server runs as when Partline itself was started by root."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

ACCOUNT_NAME = "nobody"


@dataclass(frozen=True, slots=True)
class Account:
    """An operating-system account, by number: no account is ever added to the system."""

    name: str
    uid: int
    gid: int

    def own(self, path: Path) -> None:
        """Make the account the owner of a folder or file."""
        os.chown(path, self.uid, self.gid)

    def reaches(self, path: Path) -> bool:
        """Whether the account may read `path` and pass through every folder above it."""
        path = path.resolve()
        return all(self._permitted(folder, execute=True) for folder in path.parents) and (
            self._permitted(path, execute=path.is_dir())
        )

    def _permitted(self, path: Path, *, execute: bool) -> bool:
        status = path.stat()
        shift = 6 if status.st_uid == self.uid else 3 if status.st_gid == self.gid else 0
        needed = 0o1 if execute else 0o4
        return bool((status.st_mode >> shift) & needed)


def unprivileged_account() -> Account | None:
    """The account for servers that refuse to run as root, or None when we are not root."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam(ACCOUNT_NAME)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
