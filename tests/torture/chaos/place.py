"""The private folder of a run: data, logs, ledger and journal."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from partline.home import Home


class PrivateHome(Home):
    """A state folder with everything inside, PostgreSQL's data too: it is open to pass through."""

    @property
    def shelter(self) -> Path:
        return self.folder


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run keeps its files."""

    folder: Path

    @classmethod
    def make(cls) -> "Place":
        folder = Path(tempfile.mkdtemp(prefix="partline-torture-"))
        for path in (folder, folder / "home"):
            path.mkdir(exist_ok=True)
            path.chmod(0o711)
        (folder / "logs").mkdir()
        return cls(folder)

    @property
    def home(self) -> Home:
        return PrivateHome(self.folder / "home")

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def ledger(self) -> Path:
        """What clients were told, written by them."""
        return self.folder / "ledger.jsonl"

    @property
    def journal(self) -> Path:
        """What was done to the system, and when."""
        return self.folder / "faults.jsonl"

    @property
    def cured(self) -> Path:
        """Exists once what poisons events is mended."""
        return self.folder / "cured"

    def erase(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
