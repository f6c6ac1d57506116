"""The state folder: where a Partline that brings its own servers keeps everything."""

import errno
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from partline.embedded.errors import DiskFullError, StateFolderError

HOME_VARIABLE = "PARTLINE_HOME"
ROOT_SHELTER = Path("/var/lib/partline")
NEEDED_MEGABYTES = 300
_OWNER = "belongs-to"


def home_folder() -> Path:
    """`PARTLINE_HOME`, or `.partline` in the current folder."""
    return Path(os.environ.get(HOME_VARIABLE) or ".partline").absolute()


@dataclass(frozen=True, slots=True)
class Home:
    """The files below one state folder, which only its owner can open.

    PostgreSQL refuses to run as root, and the account it runs as instead could not reach its data
    in a folder that is closed to all but root. Started by root, its data is therefore kept in
    `/var/lib/partline/<a name that this state folder remembers>`.
    """

    folder: Path

    def create(self) -> None:
        """Make the folder.

        Raises `DiskFullError` when there is too little space to start, and `StateFolderError` when
        the folder cannot be made.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise
            raise StateFolderError(str(self.folder), error.strerror or str(error)) from error
        self.check_disk()

    def check_disk(self) -> None:
        """Raise `DiskFullError` when there is too little space to start."""
        if os.geteuid() == 0:
            ROOT_SHELTER.mkdir(mode=0o755, parents=True, exist_ok=True)
        for folder in {self.folder, self.installations}:
            free = shutil.disk_usage(folder).free // 1_000_000
            if free < NEEDED_MEGABYTES:
                raise DiskFullError(str(folder), free, NEEDED_MEGABYTES)

    def erase(self) -> None:
        """Delete all state: databases, models, mails, passwords, logs. Nothing may run."""
        for folder in {self.shelter, self.folder}:
            _delete(folder)

    @property
    def shelter(self) -> Path:
        """A folder that PostgreSQL's account can pass through."""
        if os.geteuid() != 0:
            return self.folder
        return ROOT_SHELTER / self.secret("shelter")[:16]

    def claim_shelter(self) -> None:
        """Make the shelter ours, and delete those that nobody can use any more.

        That is one of a state folder which was here before and has been deleted with its
        passwords, and those of temporary folders that are gone.
        """
        if self.shelter == self.folder:
            return
        self.shelter.mkdir(mode=0o711, parents=True, exist_ok=True)
        own = self.folder.resolve()
        (self.shelter / _OWNER).write_text(str(own))
        for file in ROOT_SHELTER.glob(f"*/{_OWNER}"):
            owner = Path(file.read_text())
            if file.parent != self.shelter and (owner == own or _was_temporary(owner)):
                shutil.rmtree(file.parent, ignore_errors=True)

    @property
    def postgres(self) -> Path:
        """The folder of the PostgreSQL cluster."""
        return self.shelter / "postgres"

    @property
    def installations(self) -> Path:
        """Where PostgreSQL's programs are copied to when its account cannot read the originals."""
        return ROOT_SHELTER if os.geteuid() == 0 else self.folder

    @property
    def logs(self) -> Path:
        """The folder of the log files."""
        return self.folder / "logs"

    @property
    def lock(self) -> Path:
        """The file whose lock a running supervisor holds."""
        return self.folder / "lock"

    @property
    def record(self) -> Path:
        """What runs now, for `partline status`."""
        return self.folder / "run.json"

    @property
    def environment_file(self) -> Path:
        """The settings of what runs here, for commands that are typed in another terminal."""
        return self.folder / "environment.json"

    def environment(self) -> dict[str, str]:
        """The settings that the last `partline up` gave its processes; empty before the first."""
        if not self.environment_file.exists():
            return {}
        loaded: dict[str, str] = json.loads(self.environment_file.read_text())
        return loaded

    def secret(self, name: str) -> str:
        """The secret `name`: made at the first call and kept, readable by the owner only."""
        if name not in self.secrets():
            self.keep_secrets({name: secrets.token_urlsafe(24)})
        return self.secrets()[name]

    def secrets(self) -> Mapping[str, str]:
        """Every secret of this state folder, by its name."""
        file = self._secrets_file
        known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        return known

    def keep_secrets(self, added: Mapping[str, str]) -> None:
        """Add to the secrets."""
        together = {**self.secrets(), **added}
        write_private(self._secrets_file, json.dumps(together, indent=2, sort_keys=True) + "\n")

    @property
    def _secrets_file(self) -> Path:
        return self.folder / "secrets.json"


def _delete(folder: Path) -> None:
    while folder.exists():
        try:
            shutil.rmtree(folder)
        except FileNotFoundError:
            continue  # a process that is just ending took its own file away meanwhile


def _was_temporary(folder: Path) -> bool:
    return folder.is_relative_to(tempfile.gettempdir()) and not folder.exists()


def write_private(file: Path, text: str) -> None:
    """Replace a file in one step, readable by its owner only from the first byte on."""
    unfinished = file.with_name(file.name + ".new")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as output:
        output.write(text)
    unfinished.replace(file)
