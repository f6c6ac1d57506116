"""The file that tells other terminals what runs: written by the supervisor, read by `status`."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class ProcessRecord:
    """A program as it was when the record was written."""

    name: str
    state: str
    pid: int | None
    born: float | None
    restarts: int
    address: str


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run of the supervisor. `ready_seconds` is None until everything was ready once."""

    pid: int
    address: str
    mode: str
    ready_seconds: float | None = None
    processes: Sequence[ProcessRecord] = field(default_factory=tuple)

    def write(self, file: Path) -> None:
        """Replace the file in one step."""
        unfinished = file.with_name(file.name + ".new")
        unfinished.write_text(json.dumps(asdict(self), indent=2) + "\n")
        unfinished.replace(file)

    @classmethod
    def read(cls, file: Path) -> "RunRecord | None":
        """The record, or None when nothing has run from here yet."""
        if not file.exists():
            return None
        loaded = json.loads(file.read_text())
        processes = tuple(ProcessRecord(**process) for process in loaded.pop("processes"))
        return cls(**loaded, processes=processes)


def birth_of(pid: int | None) -> float | None:
    """When a process began (seconds since 1970): with its id, that names it for good."""
    if pid is None:
        return None
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return None


def memory_bytes(pid: int) -> int:
    """The memory of a process and its descendants; shared pages are counted once where known."""
    try:
        leader = psutil.Process(pid)
        family = [leader, *leader.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    return sum(_own_bytes(process) for process in family)


def own_memory_bytes(pid: int) -> int:
    """The memory of a process without its descendants."""
    try:
        return _own_bytes(psutil.Process(pid))
    except psutil.NoSuchProcess:
        return 0


def _own_bytes(process: psutil.Process) -> int:
    try:
        full = process.memory_full_info()
        return int(getattr(full, "pss", full.rss))
    except psutil.AccessDenied:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
