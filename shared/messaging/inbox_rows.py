"""What one consumer knows of the events of others: rows in its own database.

Each event has one place: applied (the inbox), parked behind a gap, waiting for its next attempt,
or dead. The last three never hold an event that took effect.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging.cursor import Cursor
from shared.messaging.envelope import Aggregate, Envelope

LIVE_TOPIC: Final = "delivery"
UNREADABLE: Final = "unreadable"
"""The type of a dead letter whose body is no event."""
STRANGE: Final = (
    "StrangeEvent: another event of the same version came before it, so that one of the two is"
    " wrong: its producer was set back to an older state, or somebody forged it. Compare both with"
    " the producer's outbox, and discard this one once what it says is settled by hand."
)


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of some envelopes before they came.

    `versions`: the last version of each of their aggregates that took effect or was passed.
    `waiting`: the ids of those that wait for a retry or are dead. `followed`: the aggregates that
    have parked events.
    """

    versions: Mapping[Aggregate, int]
    waiting: frozenset[UUID]
    followed: frozenset[Aggregate]


class Entry(NamedTuple):
    """An event of a producer, as its journal lists it."""

    event_id: UUID
    aggregate_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an event could not be applied: a sentence, and where in the code."""

    error: str
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An event that waited and is to be tried now; `number` counts this attempt already, `before`
    is the error of the one before."""

    event_id: UUID
    correlation_id: UUID
    body: bytes
    number: int
    before: str


class InboxRows(Protocol):
    """One consumer's rows, in one open transaction. Times are the database's."""

    async def lock(self, envelopes: Sequence[Envelope]) -> Known:
        """Lock the positions of the envelopes' aggregates until the transaction ends.

        In one order for everybody, so that two who take the same ones cannot block each other.
        """

    async def settle(self) -> None:
        """Between two events: what one handler changed is written, and the next loads it anew."""

    async def insert_inbox(self, events: Sequence[UUID]) -> None:
        """Note that these take effect in this transaction. Raises if one ever did before."""

    async def advance(self, versions: Mapping[Aggregate, int]) -> None:
        """Move the positions of aggregates, which are locked, to these versions."""

    async def park(self, envelopes: Sequence[Envelope]) -> None:
        """Keep these until the gap before them is filled; one that is parked already stays."""

    async def release(self, aggregates: Collection[Aggregate]) -> None:
        """After their positions moved: forget what was parked and took effect meanwhile, and let
        each aggregate's next parked event be tried at once. What was parked and whose version took
        effect under another id is a dead letter."""

    async def strangers(self, envelopes: Sequence[Envelope]) -> Collection[UUID]:
        """Those of `envelopes` whose id is nowhere: not applied, parked, waiting or dead. Not
        those that are so old that their inbox row may be deleted."""

    async def bury_strangers(self, envelopes: Sequence[Envelope]) -> None:
        """Make events whose version belongs to another id dead letters."""

    async def keep(
        self, envelope: Envelope, failure: Failure, *, attempts: int, delay: float
    ) -> None:
        """Let `envelope` be tried in `delay` seconds, `attempts` being used up; one that waits
        already stays as it is."""

    async def finish(self, event: UUID, attempt: int) -> bool:
        """No further attempt for `event`; False if this attempt is no longer the present one."""

    async def postpone(self, event: UUID, attempt: int, failure: Failure, delay: float) -> None:
        """Let an event be tried again in `delay` seconds, if `attempt` is still the present one."""

    async def claim(self, lease: float, failure: Failure) -> Attempt | None:
        """Take the event that has been due longest and count this attempt for it.

        Nobody else gets it for `lease` seconds. `failure` is what is known of this attempt if
        nothing is ever heard of it again.
        """

    async def bury(self, event: UUID, attempt: int, failure: Failure) -> None:
        """Make an event a dead letter, if `attempt` is still the present one."""

    async def bury_body(self, event: UUID, producer: str, body: bytes, failure: Failure) -> None:
        """Keep a body that is no event as a dead letter, once."""

    async def redrive(self, events: Collection[UUID], actor: str) -> Sequence[UUID]:
        """Let dead letters be tried again at once, with all attempts before them; audited.

        Gives those it did so for: not what is discarded, is no event or is no dead letter.
        """

    async def discard(self, events: Collection[UUID], actor: str, reason: str) -> Sequence[UUID]:
        """Close dead letters, let the events behind them go on; audited. Gives those it closed."""

    async def unknown(self, producer: str, entries: Sequence[Entry]) -> Sequence[UUID]:
        """Those that never came: not applied, passed, parked, waiting or dead. In their order."""

    async def watermark(self, producer: str) -> Cursor | None:
        """How far this consumer has compared itself with `producer`'s outbox."""

    async def begin_resending(self, producer: str) -> int:
        """Count that events past the watermark are about to be applied; gives how often that was
        begun before since the watermark last moved. Whoever began may have died of them."""

    async def move_watermark(self, producer: str, cursor: Cursor) -> None:
        """Everything up to `cursor` is known here."""


Rows = Callable[[AsyncSession, str], InboxRows]
"""`(session, consumer)`: the rows of one consumer in an open transaction."""
