"""What was done to the system and when, in a file and for the closing figures."""

import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path


class Journal:
    """One line of JSON for each beginning and each end of a fault."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("a", buffering=1)
        self._began = time.monotonic()
        self.counts: Counter[str] = Counter()
        self.open: set[str] = set()

    @property
    def faults(self) -> int:
        return self.counts.total()

    @asynccontextmanager
    async def fault(self, kind: str, what: str) -> AsyncIterator[None]:
        """A fault that begins now and has ended, for whoever caused it, with the block."""
        self.counts[kind] += 1
        number, began = self.faults, time.monotonic()
        name = f"{number} {kind} {what}"
        self.open.add(name)
        self.write(fault=number, kind=kind, what=what, is_="begun")
        try:
            yield
        except Exception as error:
            self.write(fault=number, kind=kind, what=what, is_="failed", error=repr(error))
            raise
        finally:
            self.open.discard(name)
            seconds = round(time.monotonic() - began, 3)
            self.write(fault=number, kind=kind, what=what, is_="over", seconds=seconds)

    def write(self, **fields: object) -> None:
        """Note something with the seconds since the beginning."""
        at = round(time.monotonic() - self._began, 3)
        words = {name.rstrip("_"): value for name, value in fields.items()}
        self._file.write(json.dumps({"at": at, **words}, default=str) + "\n")

    def close(self) -> None:
        self._file.close()
