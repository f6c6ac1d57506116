"""What clients asked for and were told, kept outside of everything that is tortured.

One JSON object a line, on disk before the client goes on: what this file says was acknowledged is
what a customer was promised.
"""

import json
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class Act(StrEnum):
    """INTENDED is written before the first try, so that an effect without an answer has a name."""

    INTENDED = "intended"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    POISON = "poison"


@dataclass(frozen=True, slots=True)
class Record:
    """`kind` is the mutation's name in the graph; `key` its idempotency key, or the thing's id."""

    at: datetime
    act: Act
    kind: str
    key: str
    content: Mapping[str, Any]


class Ledger:
    """Appends; each call returns once its line is on disk. Safe in threads and in processes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def intended(self, kind: str, key: str, content: Mapping[str, Any]) -> None:
        """A client is about to ask: `content` is {"by": who, "variables": what is sent}."""
        self._append(Act.INTENDED, kind, key, content)

    def acknowledged(self, kind: str, key: str, answer: Mapping[str, Any]) -> None:
        """The mutation's field as it was answered without an error."""
        self._append(Act.ACKNOWLEDGED, kind, key, answer)

    def refused(self, kind: str, key: str, code: str) -> None:
        """The answer was an error of this stable code: nothing may have happened."""
        self._append(Act.REFUSED, kind, key, {"code": code})

    def poison(self, kind: str, key: str, content: Mapping[str, Any]) -> None:
        """Something was sent that cannot be applied: of kind "event" or "body"."""
        self._append(Act.POISON, kind, key, content)

    def _append(self, act: Act, kind: str, key: str, content: Mapping[str, Any]) -> None:
        line = json.dumps(
            {
                "at": datetime.now(UTC).isoformat(),
                "act": act,
                "kind": kind,
                "key": key,
                "content": dict(content),
            },
            default=str,
        )
        with self._lock:
            os.write(self._file, line.encode() + b"\n")
            os.fsync(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._file)


def read(path: Path) -> Sequence[Record]:
    """Everything in a ledger, oldest first."""
    return [_record(json.loads(line)) for line in path.read_text().splitlines()]


def _record(fields: Mapping[str, Any]) -> Record:
    return Record(
        at=datetime.fromisoformat(fields["at"]),
        act=Act(fields["act"]),
        kind=fields["kind"],
        key=fields["key"],
        content=fields["content"],
    )
