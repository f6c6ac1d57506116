"""What a producer has committed, for its readers to compare themselves with, past the bus."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from uuid import UUID

from shared.messaging.cursor import Cursor
from shared.messaging.inbox_rows import Entry


class Listed(NamedTuple):
    """An event and its place: the outbox is read in the order of (`tx`, `seq`)."""

    tx: int
    seq: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Page:
    """The next events of an outbox as it is in `epoch`."""

    epoch: str
    listed: Sequence[Listed]


class JournalUnavailable(Exception):
    """The producer cannot be asked now; try again later."""


class JournalRefused(Exception):
    """The producer refuses the question; the text says why."""


class CursorFromNowhere(JournalRefused):
    """The producer never gave out this cursor: begin at the start again."""

    code = "CURSOR_UNKNOWN"

    def __init__(self, cursor: Cursor) -> None:
        super().__init__(
            f"({cursor.tx}, {cursor.seq}) lies beyond everything in this outbox. Ask without a "
            "cursor: everything is compared again, and what is known is not fetched twice."
        )


class Journal(Protocol):
    """The committed events of one producer."""

    async def after(self, consumer: str, cursor: Cursor | None, limit: int) -> Page:
        """At most `limit` events after `cursor`, in order; from the start if it is of another
        epoch. None is left out that commits later.

        `consumer` confirms by it that everything up to `cursor` is known to it, for good.
        Raises JournalUnavailable and JournalRefused.
        """

    async def bodies(self, consumer: str, events: Sequence[UUID]) -> Sequence[bytes]:
        """Those of `events` that are kept, as they travel; perhaps not all at once, if they are
        large, but one at least. Raises JournalUnavailable and JournalRefused."""
